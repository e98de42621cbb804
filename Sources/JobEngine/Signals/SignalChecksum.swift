import Glibc

/// The checksum that the helpers on the board put on their signals: the first 32 bits of MD5 (RFC 1321), because
/// `md5sum` is on every board, down to busybox. It guards against accidents, not against people.
enum SignalChecksum {
    private static let shifts: [UInt32] = [
        7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21,
    ]
    /// RFC 1321, section 3.4: the integer part of 2^32 times abs(sin(i)).
    private static let constants: [UInt32] = (1...64).map { UInt32(fabs(sin(Double($0))) * 4_294_967_296) }

    /// Eight hexadecimal digits.
    static func of(_ bytes: some Collection<UInt8>) -> String {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
        let message = padded(bytes)
        var words = [UInt32](repeating: 0, count: 16)
        for start in stride(from: 0, to: message.count, by: 64) {
            for word in 0..<16 {
                let place = start + word * 4
                words[word] =
                    UInt32(message[place]) | UInt32(message[place + 1]) << 8 | UInt32(message[place + 2]) << 16
                    | UInt32(message[place + 3]) << 24
            }
            mix(&state, words)
        }
        // The digest is written least significant byte first.
        let digits = String(state[0].byteSwapped, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func padded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var message = Array(bytes)
        let bits = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: UInt64(0), to: 64, by: 8) { message.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        return message
    }

    private static func mix(_ state: inout [UInt32], _ words: [UInt32]) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<64 {
            let value: UInt32
            let word: Int
            switch step / 16 {
            case 0: (value, word) = (b & c | ~b & d, step)
            case 1: (value, word) = (d & b | ~d & c, (5 * step + 1) % 16)
            case 2: (value, word) = (b ^ c ^ d, (3 * step + 5) % 16)
            default: (value, word) = (c ^ (b | ~d), 7 * step % 16)
            }
            let sum = value &+ a &+ constants[step] &+ words[word]
            let shift = shifts[step / 16 * 4 + step % 4]
            (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
    }
}
