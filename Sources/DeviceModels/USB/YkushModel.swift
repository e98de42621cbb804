import Synchronization

/// A Yepkit hub's board controller: 64 bytes in, 64 bytes out, the first being the command (ykushcmd).
public final class YkushModel: USBDeviceModel, SwitchingModel {
    public enum Variant: UInt16, Sendable, CaseIterable {
        case ykush = 0xF2F7
        case xs = 0xF0CD
        case three = 0xF11B

        /// The third generation counts its 5 V output as the fourth.
        public var channels: Int {
            switch self {
            case .ykush: 3
            case .xs: 1
            case .three: 4
            }
        }
    }

    public let identity: USBModelIdentity
    public let bank: ContactBank
    private let variant: Variant
    private let answers = Mutex<[[UInt8]]>([])

    public init(_ variant: Variant = .ykush, serial: String = "YK12345", bank: ContactBank? = nil) {
        self.variant = variant
        self.bank = bank ?? ContactBank(variant.channels)
        let names: [Variant: String] = [.ykush: "YKUSH", .xs: "YKUSHXS", .three: "YKUSH3"]
        identity = USBModelIdentity(
            vendor: 0x04D8, product: variant.rawValue, manufacturer: "Yepkit Lda.", productName: names[variant],
            serial: serial,
            interfaces: [
                .hid(
                    reportLength: 64,
                    endpoints: [
                        .init(address: 0x81, attributes: 3, packetSize: 64),
                        .init(address: 0x01, attributes: 3, packetSize: 64),
                    ])
            ])
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        return setup.requestType == 0x21 && setup.request == 0x0A ? [] : nil  // SET_IDLE
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        guard bank.admit(), let command = data.first else { return false }
        let answer = bank.garbled(obey(command))
        answers.withLock { $0.append(answer + [UInt8](repeating: 0, count: 64 - answer.count)) }
        return true
    }

    public func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        guard bank.answerDelay != nil else { return nil }
        return answers.withLock { $0.isEmpty ? nil : Array($0.removeFirst().prefix(length)) }
    }

    /// 1n up, 0n down, 2n status, xA all; the answer begins with 1, then the port with its state in the high nibble.
    private func obey(_ command: UInt8) -> [UInt8] {
        let (action, port) = (command >> 4, Int(command & 0x0F))
        if port == 0x0A, action <= 1, variant != .xs {
            for contact in 0..<3 { bank.drive(contact, action == 1) }
            return [1, command]
        }
        guard (1...variant.channels).contains(port), action <= 2 else { return [0, command] }
        if action == 2 { return [1, UInt8(port) | (bank.said[port - 1] ? 0x10 : 0)] }
        bank.drive(port - 1, action == 1)
        return [1, command]
    }
}
