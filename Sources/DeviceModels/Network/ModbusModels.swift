/// A relay board on a serial line (Modbus over serial line 1.02).
public final class ModbusRTUModel: ByteModel {
    public let contacts: Contacts
    private let device: ModbusDevice
    private let unit: UInt8

    public init(coils: Int = 8, unit: UInt8 = 1, hasFlash: Bool = true) {
        contacts = Contacts(0...(coils - 1))
        device = ModbusDevice(contacts: contacts, hasFlash: hasFlash)
        self.unit = unit
    }

    public func consume(_ input: inout [UInt8]) -> [UInt8]? {
        guard input.count >= 2 else { return nil }
        var length = 8
        if input[1] == 15 {
            guard input.count >= 7 else { return nil }
            length = 9 + Int(input[6])
        }
        guard input.count >= length else { return nil }
        let frame = Array(input.prefix(length))
        input.removeFirst(length)
        guard Self.checksum(frame.dropLast(2)) == Array(frame.suffix(2)) else {
            contacts.note("bad checksum")
            // A device that cannot read a frame says nothing, and begins anew with the next.
            input = []
            return []
        }
        // A frame for another device of the bus.
        guard frame[0] == unit else { return [] }
        let answer = [unit] + device.answer(Array(frame[1..<(length - 2)]))
        return answer + Self.checksum(answer[...])
    }

    /// CRC-16 of polynomial 0x8005, bit by bit from the lowest, low byte first.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var register: UInt32 = 0xFFFF
        for byte in bytes {
            for bit in 0..<8 {
                let isFed = (register ^ UInt32(byte >> UInt8(bit))) & 1 == 1
                register /= 2
                if isFed { register ^= 0xA001 }
            }
        }
        return [UInt8(register % 256), UInt8(register / 256)]
    }
}

/// A relay board on a network (Modbus messaging on TCP/IP 1.0b).
public final class ModbusTCPModel: ByteModel {
    public let contacts: Contacts
    private let device: ModbusDevice

    public init(coils: Int = 8, hasFlash: Bool = true) {
        contacts = Contacts(0...(coils - 1))
        device = ModbusDevice(contacts: contacts, hasFlash: hasFlash)
    }

    public func consume(_ input: inout [UInt8]) -> [UInt8]? {
        guard input.count >= 6 else { return nil }
        let length = 6 + Int(input[4]) * 256 + Int(input[5])
        guard input.count >= length else { return nil }
        let frame = Array(input.prefix(length))
        input.removeFirst(length)
        guard length >= 8, frame[2] == 0, frame[3] == 0 else { return [] }
        let answer = device.answer(Array(frame[7...]))
        return Array(frame.prefix(4)) + [0, UInt8(answer.count + 1), frame[6]] + answer
    }
}
