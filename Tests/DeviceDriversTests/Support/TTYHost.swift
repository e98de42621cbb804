import DeviceDrivers
import DeviceModels
import Glibc
import LabModel
import Synchronization

/// Links of which only the serial one is real: over a terminal.
struct TTYHost: DriverLinks {
    private let models = ModelLinks()

    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink { TTYLink(binding, baud: baud) }

    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { try models.usb(binding) }
    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] { try models.usbCandidates(binding) }
    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink {
        try models.tcp(host: host, port: port, timeout: timeout)
    }
    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink {
        try models.http(url, credentials: credentials)
    }
    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { try models.udp(host: host, port: port) }
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink { try models.gpio(binding) }
    func command() -> any CommandLink { models.command() }
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink { try models.hub(binding) }
}

/// A path for a port of this test alone.
func portPath() -> String {
    "/tmp/labd-port-\(getpid())-\(portCount.wrappingAdd(1, ordering: .relaxed).newValue)"
}

private let portCount = Atomic(0)
