import Glibc
public import LabModel
import LineKeeper

/// Connections to what is plugged into this host and its network.
public final class HostLinks: DriverLinks {
    private let host: USBHost
    private let launcher: KeeperLauncher
    private let memory: any KeeperMemory
    private static let usbDevices = "/sys/bus/usb/devices"

    /// - Parameters:
    ///   - keeperSocket: where the keeper of GPIO lines listens, over the lives of labd.
    ///   - keeperProgram: nil looks beside labd and in PATH.
    /// - Throws: `infrastructure` when libusb cannot start. A host without USB is no reason.
    public init(keeperSocket: String, keeperProgram: String? = nil, memory: any KeeperMemory) throws(Failure) {
        host = try USBHost()
        launcher = KeeperLauncher(program: keeperProgram, socket: keeperSocket)
        self.memory = memory
    }

    /// The keeper's program; nil when it is not installed.
    public static func keeperProgram() -> String? { KeeperLauncher.installed() }

    /// How many groups of lines the keeper behind a socket holds; nil when none runs.
    public static func heldLines(keeperSocket: String) -> Int? {
        let connection = KeeperConnection(path: keeperSocket)
        guard connection.open(), case .list(let keys)? = try? connection.ask(.list) else { return nil }
        return keys.count
    }

    /// Ends the keeper, if one runs: its lines go back to what their chips do with free lines.
    public func endKeeper() {
        let connection = KeeperConnection(path: launcher.socket)
        guard connection.open(), case .hello(let identity)? = try? connection.ask(.hello) else { return }
        kill(identity.process, SIGTERM)
    }

    public func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { LibUSBLink(binding, host: host) }

    public func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] {
        USBMatch.all(binding, among: host.tree.identities())
    }

    public func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink {
        KeeperGPIOLink(binding, chips: GPIOChips(), launcher: launcher, memory: memory)
    }

    public func hub(_ binding: HubBinding) throws(Failure) -> any HubLink {
        KernelHubLink(binding, devices: Self.usbDevices) { [host] path in
            LibUSBLink(USBBinding(ids: [], path: path, device: binding.device), host: host)
        }
    }

    public func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink {
        TTYLink(binding, baud: baud)
    }

    public func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink {
        TCPLink(host: host, port: port, timeout: timeout)
    }

    public func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink {
        try HTTPClientLink(url, credentials: credentials)
    }

    public func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { UDPLink(host: host, port: port) }

    public func command() -> any CommandLink { ProcessLink() }
}
