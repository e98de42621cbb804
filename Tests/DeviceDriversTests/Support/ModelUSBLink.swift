import DeviceDrivers
import DeviceModels
import LabModel

/// A USB link with a model behind it, as strict as a kernel: endpoints want a claimed interface, and a device that was
/// pulled stays gone for a link that had it open, even when it is back under another number.
final class ModelUSBLink: USBLink {
    private let host: ModelLinks
    private let binding: USBBinding
    private var handle: (path: String, device: ModelLinks.Device)?
    private var wanted: Set<Int> = []
    private(set) var wasStalled = false

    init(_ host: ModelLinks, _ binding: USBBinding) {
        self.host = host
        self.binding = binding
    }

    func send(_ request: USBRequest, _ data: [UInt8]) throws(Failure) {
        host.traffic.sent(text(request) + (data.isEmpty ? "" : ": " + data.hex))
        _ = try control(request, data, length: data.count)
    }

    func receive(_ request: USBRequest, length: Int) throws(Failure) -> [UInt8] {
        host.traffic.sent(text(request) + " <\(length)")
        return try control(request, [], length: length)
    }

    func write(_ data: [UInt8], endpoint: UInt8, timeout: Duration) throws(Failure) {
        let model = try opened(using: endpoint).model
        host.traffic.sent(">\([endpoint].hex): \(data.hex)")
        // A slow device takes a command at once, and is late with its answer.
        guard model.bank.answerDelay != nil else {
            if model.bank.isGone { throw gone() }
            host.traffic.wait(timeout)
            throw Failure(.infrastructure, "does not answer", at: binding.device)
        }
        guard model.take(data, endpoint: endpoint) else { throw refusal(of: model) }
    }

    func read(_ length: Int, endpoint: UInt8, timeout: Duration) throws(Failure) -> [UInt8]? {
        let model = try opened(using: endpoint).model
        guard let delay = model.bank.answerDelay, delay <= timeout,
            let data = model.give(endpoint: endpoint, length: length)
        else {
            if model.bank.isGone { throw gone() }
            host.traffic.wait(timeout)
            return nil
        }
        host.traffic.wait(delay)
        return data
    }

    func claim(interface: Int) throws(Failure) {
        wanted.insert(interface)
        _ = try opened()
    }

    func identity() throws(Failure) -> USBIdentity {
        let path = try opened().path
        guard let identity = host.identities.first(where: { $0.path == path }) else { throw gone() }
        return identity
    }

    func interfaces() throws(Failure) -> [USBInterface] {
        try opened().model.identity.interfaces.enumerated().map { number, interface in
            USBInterface(
                number: number, classCode: interface.classCode, subclassCode: interface.subclassCode,
                protocolCode: interface.protocolCode, endpoints: interface.endpoints.map(\.address))
        }
    }

    func close() {
        // The kernel's driver takes an FTDI chip back, and the chip is a serial port again.
        if let model = handle?.device.model as? FTDIModel {
            let index: UInt16 = model.identity.interfaces.count > 1 ? 1 : 0
            _ = model.control(
                USBSetup(requestType: 0x40, request: 0x0B, value: 0, index: index, length: 0), data: [])
        }
        handle = nil
        wanted = []
    }
}

extension ModelUSBLink {
    private func control(_ request: USBRequest, _ data: [UInt8], length: Int) throws(Failure) -> [UInt8] {
        wasStalled = false
        let model = try opened().model
        try wait(for: model, request.timeout)
        let setup = USBSetup(
            requestType: request.type, request: request.request, value: request.value, index: request.index,
            length: UInt16(length))
        guard let answer = model.control(setup, data: data) else { throw refusal(of: model) }
        return Array(answer.prefix(length))
    }

    private func opened() throws(Failure) -> (model: any USBDeviceModel & SwitchingModel, path: String) {
        if let handle {
            guard host.device(at: handle.path)?.number == handle.device.number, !handle.device.model.bank.isGone else {
                throw gone()
            }
            return (handle.device.model, handle.path)
        }
        let identity = try USBMatch.one(binding, among: host.identities)
        guard let device = host.device(at: identity.path) else { throw gone() }
        handle = (identity.path, device)
        return (device.model, identity.path)
    }

    private func opened(using endpoint: UInt8) throws(Failure) -> (
        model: any USBDeviceModel & SwitchingModel, path: String
    ) {
        let opened = try opened()
        let owner = opened.model.identity.interfaces.firstIndex { $0.endpoints.contains { $0.address == endpoint } }
        guard let owner, wanted.contains(owner) else {
            throw Failure(.bug, "endpoint \([endpoint].hex) belongs to no claimed interface", at: binding.device)
        }
        return opened
    }

    private func wait(for model: any SwitchingModel, _ timeout: Duration) throws(Failure) {
        if model.bank.isGone { throw gone() }
        guard let delay = model.bank.answerDelay, delay <= timeout else {
            host.traffic.wait(timeout)
            throw Failure(.infrastructure, "does not answer", at: binding.device)
        }
        host.traffic.wait(delay)
    }

    private func refusal(of model: any SwitchingModel) -> Failure {
        if model.bank.isGone { return gone() }
        wasStalled = true
        return Failure(.infrastructure, "refuses a request", at: binding.device)
    }

    private func gone() -> Failure { Failure(.infrastructure, "was unplugged", at: binding.device) }

    private func text(_ request: USBRequest) -> String {
        [request.type, request.request].hex + " " + request.value.hex + " " + request.index.hex
    }
}
