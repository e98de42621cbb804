/// The checksum that the helpers on the board put on their signals: that of the POSIX `cksum` utility, because every
/// board has it (POSIX.1-2017, XCU, cksum: CRC with generator 0x04C11DB7, the length appended, complemented).
enum SignalChecksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte) << 24) { value, _ in
            value & 0x8000_0000 != 0 ? (value << 1) ^ 0x04C1_1DB7 : value << 1
        }
    }

    static func of(_ bytes: some Collection<UInt8>) -> UInt32 {
        var value: UInt32 = 0
        for byte in bytes { value = step(value, byte) }
        var length = bytes.count
        while length > 0 {
            value = step(value, UInt8(truncatingIfNeeded: length))
            length >>= 8
        }
        return ~value
    }

    private static func step(_ value: UInt32, _ byte: UInt8) -> UInt32 {
        (value << 8) ^ table[Int(UInt8(value >> 24) ^ byte)]
    }
}
