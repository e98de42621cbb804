import DeviceDrivers
import DeviceModels
import LabModel
import Synchronization

/// A host whose devices are models: what is plugged in where, and links to it.
final class ModelLinks: DriverLinks {
    struct Device {
        var model: any USBDeviceModel & SwitchingModel
        /// As a kernel counts: another one each time it is plugged in.
        var number: Int
    }

    private struct State {
        var usb: [String: Device] = [:]
        var serial: [String: any SwitchingModel] = [:]
        var plugged = 0
    }

    let traffic = Traffic()
    private let state = Mutex(State())

    func plug(_ model: any USBDeviceModel & SwitchingModel, at path: String) {
        model.bank.plug()
        state.withLock { state in
            state.plugged += 1
            state.usb[path] = Device(model: model, number: state.plugged)
        }
    }

    func unplug(at path: String) { state.withLock { _ = $0.usb.removeValue(forKey: path) } }

    func plug(serial model: any SwitchingModel, at node: String) {
        model.bank.plug()
        state.withLock { $0.serial[node] = model }
    }

    func unplug(serial node: String) { state.withLock { _ = $0.serial.removeValue(forKey: node) } }

    func device(at path: String) -> Device? { state.withLock { $0.usb[path] } }

    func serialModel(at node: String) -> (any SwitchingModel)? { state.withLock { $0.serial[node] } }

    /// What a kernel would list: a device that vanished is not there.
    var identities: [USBIdentity] {
        state.withLock { $0.usb }.filter { !$0.value.model.bank.isGone }.map { path, device in
            let identity = device.model.identity
            return USBIdentity(
                id: USBID(identity.vendor, identity.product), release: identity.release,
                deviceClass: identity.classCode, manufacturer: identity.manufacturer, product: identity.productName,
                serial: identity.serial, path: path)
        }
    }

    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { ModelUSBLink(self, binding) }

    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] {
        USBMatch.all(binding, among: identities)
    }

    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink {
        ModelByteLink(self, binding, baud: baud)
    }

    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink { throw absent("TCP") }
    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink { throw absent("HTTP") }
    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { throw absent("UDP") }
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink { throw absent("GPIO") }
    func command() -> any CommandLink { NoCommands() }
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink { throw absent("hubs") }

    private func absent(_ what: String) -> Failure { Failure(.bug, "this test has no \(what)") }
}

private final class NoCommands: CommandLink {
    func run(
        _ program: String, _ arguments: [String], environment: [String: String], timeout: Duration
    ) throws(Failure) -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        throw Failure(.bug, "this test runs no programs")
    }
}
