import Glibc

/// Puts the HID interface of a model behind /dev/uhid: the kernel's HID drivers bind to it as to a device on a cable,
/// without a USB stack in between.
public final class UHIDDevice: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    private let model: any USBDeviceModel
    private let name: String
    private let log: BenchLog
    private let interface: USBModelIdentity.Interface
    private let number: UInt16
    private let file: Int32

    /// Creates the device. The kernel looks for a driver at once; `run` must answer it.
    public init(model: any USBDeviceModel, name: String, log: BenchLog) throws(Failure) {
        let interfaces = model.identity.interfaces
        guard let number = interfaces.firstIndex(where: { $0.report != nil }), let report = interfaces[number].report
        else {
            throw Failure(description: "\(name) has no HID interface")
        }
        self.model = model
        self.name = name
        self.log = log
        self.interface = interfaces[number]
        self.number = UInt16(number)
        file = open("/dev/uhid", O_RDWR | O_CLOEXEC)
        guard file >= 0 else {
            throw Failure(description: "cannot open /dev/uhid: error \(errno); is the module uhid loaded?")
        }
        let title = model.identity.productName ?? name
        guard send(UHIDEvent.create(name: title, identity: model.identity, report: report)) else {
            let failure = errno
            close(file)
            throw Failure(description: "the kernel takes no HID device: error \(failure)")
        }
    }

    deinit { close(file) }

    /// Serves until the kernel is done with the device, on the calling thread.
    public func run() {
        var bytes = [UInt8](repeating: 0, count: UHIDEvent.length)
        while true {
            var descriptor = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            // What a device says unasked it says within some milliseconds.
            guard poll(&descriptor, 1, 10) >= 0 || errno == EINTR else { return }
            if descriptor.revents != 0 {
                let count = read(file, &bytes, bytes.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                if let event = UHIDEvent(bytes) { answer(event) }
            }
            say()
        }
    }

    private func answer(_ event: UHIDEvent) {
        switch event {
        case .start, .stop, .open, .close: log.write(BenchEvent("\(event)"), of: name)
        case .output(let data): take(data)
        case .getReport(let id, let report, let kind):
            let setup = USBSetup(
                requestType: 0xA1, request: 1, value: UInt16(Self.kindOnTheWire(kind)) << 8 | UInt16(report),
                index: number, length: 64)
            _ = send(UHIDEvent.getReportReply(id: id, model.control(setup, data: [])))
        case .setReport(let id, let report, let kind, let data):
            let setup = USBSetup(
                requestType: 0x21, request: 9, value: UInt16(Self.kindOnTheWire(kind)) << 8 | UInt16(report),
                index: number, length: UInt16(data.count))
            _ = send(UHIDEvent.setReportReply(id: id, isTaken: model.control(setup, data: data) != nil))
        }
    }

    /// UHID_FEATURE_REPORT, UHID_OUTPUT_REPORT and UHID_INPUT_REPORT are 0, 1 and 2; on the wire they are 3, 2 and 1.
    private static func kindOnTheWire(_ kind: UInt8) -> UInt8 { kind > 2 ? 3 : 3 - kind }

    private func take(_ data: [UInt8]) {
        guard let endpoint = interface.endpoints.first(where: { $0.address & 0x80 == 0 }) else { return }
        // Programs put a report id of 0 in front where there are none; USB's own driver takes it away as well.
        let hasId = data.count == Int(endpoint.packetSize) + 1 && data.first == 0
        let report = hasId ? Array(data.dropFirst()) : data
        _ = model.take(report, endpoint: endpoint.address)
        log.write(BenchEvent("out", ["endpoint": .number(Int(endpoint.address)), "data": .bytes(report)]), of: name)
    }

    private func say() {
        guard let endpoint = interface.endpoints.first(where: { $0.address & 0x80 != 0 }) else { return }
        while let data = model.give(endpoint: endpoint.address, length: Int(endpoint.packetSize)) {
            guard send(UHIDEvent.input(data)) else { return }
        }
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        write(file, bytes, bytes.count) == bytes.count
    }
}
