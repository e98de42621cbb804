/// What is the same for Modbus devices of every line: coils, functions 1, 5 and 15, exceptions (Modbus Application
/// Protocol 1.1b3), and the pulses of Waveshare's boards.
struct ModbusDevice {
    let contacts: Contacts
    let hasFlash: Bool

    /// - Parameter request: function and data.
    func answer(_ request: [UInt8]) -> [UInt8] {
        guard let function = request.first else { return [] }
        func number(_ place: Int) -> Int { Int(request[place]) * 256 + Int(request[place + 1]) }
        switch function {
        case 1 where request.count == 5:
            let (first, count) = (number(1), number(3))
            guard (1...2000).contains(count) else { return [0x81, 3] }
            // As boards do: what lies beyond the last relay reads as off.
            guard first <= contacts.channels.upperBound else { return [0x81, 2] }
            let states = (first..<(first + count)).map { contacts.says($0) ?? false }
            return [1, UInt8((count + 7) / 8)] + Self.packed(states)
        case 5 where request.count == 5: return write(number(1), number(3), echo: request)
        case 15 where request.count >= 6:
            let (first, count) = (number(1), number(3))
            guard (1...1968).contains(count), Int(request[5]) == (count + 7) / 8,
                request.count == 6 + Int(request[5])
            else { return [0x8F, 3] }
            guard contacts.channels.contains(first), contacts.channels.contains(first + count - 1) else {
                return [0x8F, 2]
            }
            for place in 0..<count {
                _ = contacts.set(first + place, request[6 + place / 8] & (1 << UInt8(place % 8)) != 0)
            }
            return Array(request.prefix(5))
        default: return [function | 0x80, 1]
        }
    }

    private func write(_ coil: Int, _ value: Int, echo: [UInt8]) -> [UInt8] {
        let group = coil & 0xFF00
        if hasFlash, group == 0x0200 || group == 0x0400 {
            let isKnown = contacts.set(coil & 0xFF, group == 0x0200, for: .milliseconds(value * 100))
            return isKnown ? echo : [0x85, 2]
        }
        guard value == 0xFF00 || value == 0 else { return [0x85, 3] }
        return contacts.set(coil, value == 0xFF00) ? echo : [0x85, 2]
    }

    private static func packed(_ states: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (states.count + 7) / 8)
        for (place, isOn) in states.enumerated() where isOn { bytes[place / 8] += 1 << UInt8(place % 8) }
        return bytes
    }
}
