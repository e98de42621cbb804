import Synchronization

/// A USB-RLY module by Devantech: one byte a command on CDC-ACM (its technical documentation).
public final class DevantechModel: SerialModel {
    public let bank: ContactBank
    private let wantsMask = Mutex(false)

    public init(channels: Int = 8, bank: ContactBank? = nil) { self.bank = bank ?? ContactBank(channels) }

    public func take(_ data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in data where bank.admit() { out += bank.garbled(obey(byte)) }
        return out
    }

    private func obey(_ byte: UInt8) -> [UInt8] {
        if wantsMask.withLock({ wants in
            defer { wants = false }
            return wants
        }) {
            bank.drive(mask: Int(byte))
            return []
        }
        switch byte {
        case 0x38: return Array("00012345".utf8)  // Serial number.
        case 0x5A: return [UInt8(bank.count), 3]  // Module and firmware.
        case 0x5B: return [UInt8(truncatingIfNeeded: bank.saidMask)]
        case 0x5C: wantsMask.withLock { $0 = true }  // The next byte sets all relays.
        case 0x5D: return [121]  // Tenths of a volt.
        case 0x64: bank.drive(mask: 0xFF)
        case 0x65...0x6C: bank.drive(Int(byte) - 0x65, true)
        case 0x6E: bank.drive(mask: 0)
        case 0x6F...0x76: bank.drive(Int(byte) - 0x6F, false)
        default: break
        }
        return []
    }
}
