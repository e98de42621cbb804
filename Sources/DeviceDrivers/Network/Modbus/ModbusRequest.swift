/// A request of the Modbus protocol without its frame, and what answers it (Modbus Application Protocol 1.1b3).
enum ModbusRequest: Hashable {
    /// Function 1.
    case readCoils(first: UInt16, count: Int)
    /// Function 5 with a value as it goes over the wire.
    case writeCoil(UInt16, value: UInt16)
    /// Function 15.
    case writeCoils(first: UInt16, [Bool])

    var function: UInt8 {
        switch self {
        case .readCoils: 0x01
        case .writeCoil: 0x05
        case .writeCoils: 0x0F
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .readCoils(let first, let count): [function] + Self.pair(first) + Self.pair(UInt16(count))
        case .writeCoil(let coil, let value): [function] + Self.pair(coil) + Self.pair(value)
        case .writeCoils(let first, let states):
            [function] + Self.pair(first) + Self.pair(UInt16(states.count)) + [UInt8((states.count + 7) / 8)]
                + Self.packed(states)
        }
    }

    /// How long a good answer is.
    var answerLength: Int {
        switch self {
        case .readCoils(_, let count): 2 + (count + 7) / 8
        case .writeCoil, .writeCoils: 5
        }
    }

    /// What a good answer to a request that writes must be.
    var echo: [UInt8]? {
        switch self {
        case .readCoils: nil
        case .writeCoil: bytes
        case .writeCoils: Array(bytes.prefix(5))
        }
    }

    /// The states in an answer to `readCoils`; nil when it is none.
    func states(in answer: [UInt8]) -> [Bool]? {
        guard case .readCoils(_, let count) = self, answer.count == answerLength, answer[0] == function,
            Int(answer[1]) == answerLength - 2
        else { return nil }
        return (0..<count).map { answer[2 + $0 / 8] & (1 << UInt8($0 % 8)) != 0 }
    }

    /// High byte first.
    private static func pair(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
    }

    /// The first state in the lowest bit.
    private static func packed(_ states: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (states.count + 7) / 8)
        for (place, isOn) in states.enumerated() where isOn { bytes[place / 8] |= 1 << UInt8(place % 8) }
        return bytes
    }
}
