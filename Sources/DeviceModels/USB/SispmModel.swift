import Synchronization

/// A Silvershield or EnerGenie socket strip on USB. The reports are those of Gembird's own description of 2008, as
/// sispmctl uses them: 1 the device's id, 3n a socket, 3n+1 its timetable.
public final class SispmModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    public let bank: ContactBank
    private struct State {
        var hasMains = true
        var timetables: [Int: [UInt8]] = [:]
    }
    private let state = Mutex(State())
    private let id: [UInt8]
    /// What the first socket's number is: 0 on the oldest strip with one socket (sispmctl).
    private let first: Int

    /// - Parameter id: four bytes; the device puts the report's number before them.
    public init(product: UInt16 = 0xFD15, id: [UInt8] = [0x02, 0x5C, 0xA1, 0x7E], bank: ContactBank? = nil) {
        let isSingle = product == 0xFD10 || product == 0xFD12
        self.bank = bank ?? ContactBank(isSingle ? 1 : 4)
        self.id = id
        first = product == 0xFD10 ? 0 : 1
        identity = USBModelIdentity(
            vendor: 0x04B4, product: product, speed: .low, manufacturer: "Gembird Silver Shield PM",
            productName: "Gembird Silver Shield PM",
            interfaces: [
                .hid(
                    reportLength: 38, isFeature: true,
                    endpoints: [.init(address: 0x81, attributes: 3, packetSize: 8, interval: 10)])
            ])
    }

    /// Whether the strip itself is fed.
    public var hasMains: Bool {
        get { state.withLock { $0.hasMains } }
        set { state.withLock { $0.hasMains = newValue } }
    }

    /// A socket's timetable as it is stored, 38 bytes; nil when nobody ever wrote one.
    public subscript(timetable socket: Int) -> [UInt8]? {
        get { state.withLock { $0.timetables[socket] } }
        set { state.withLock { $0.timetables[socket] = newValue } }
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit(), setup.value >> 8 == 3 else { return nil }
        let report = Int(setup.value & 0xFF)
        switch (setup.requestType, setup.request) {
        case (0xA1, 0x01): return answer(report).map { Array(bank.garbled($0).prefix(Int(setup.length))) }
        case (0x21, 0x09): return obey(report, data) ? [] : nil
        default: return nil
        }
    }

    private func answer(_ report: Int) -> [UInt8]? {
        let number = UInt8(truncatingIfNeeded: report)
        if report == 1 { return [number] + id }
        let (socket, kind) = (report / 3, report % 3)
        guard bank.contacts.indices.contains(socket - first) else { return nil }
        switch kind {
        // Bit 0 the relay, bit 1 the supply before it.
        case 0: return [number, (bank.said[socket - first] ? 1 : 0) | (hasMains ? 2 : 0), 0, 0, 0]
        case 1: return [number] + (self[timetable: socket] ?? [UInt8](repeating: 0, count: 38))
        default: return nil
        }
    }

    private func obey(_ report: Int, _ data: [UInt8]) -> Bool {
        let (socket, kind) = (report / 3, report % 3)
        guard data.count >= 2, Int(data[0]) == report, bank.contacts.indices.contains(socket - first) else {
            return false
        }
        switch kind {
        case 0: bank.drive(socket - first, data[1] & 1 == 1)
        case 1 where data.count == 39: self[timetable: socket] = Array(data.dropFirst())
        default: return false
        }
        return true
    }
}
