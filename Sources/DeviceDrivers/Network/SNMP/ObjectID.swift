/// An object identifier: at least two numbers, and no more than 128 (RFC 2578, section 3.5).
struct ObjectID: Hashable, CustomStringConvertible {
    let numbers: [UInt32]

    init?(_ numbers: [UInt32]) {
        guard (2...128).contains(numbers.count), numbers[0] <= 2, numbers[0] == 2 || numbers[1] < 40 else {
            return nil
        }
        self.numbers = numbers
    }

    /// `1.3.6.1.2.1.1.1.0`, with or without a dot before it.
    init?(_ text: String) {
        let parts = (text.hasPrefix(".") ? text.dropFirst() : text[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.first?.isNumber == true ? UInt32(part) : nil }
        guard numbers.count == parts.count else { return nil }
        self.init(numbers)
    }

    var description: String { numbers.map(String.init).joined(separator: ".") }

    /// The content bytes of its BER form: base 128, the first two numbers as one (X.690, section 8.19).
    var content: [UInt8] {
        ([numbers[0] * 40 &+ numbers[1]] + numbers.dropFirst(2)).flatMap { number in
            var bytes = [UInt8(number & 0x7F)]
            var rest = number >> 7
            while rest > 0 {
                bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
                rest >>= 7
            }
            return bytes
        }
    }

    /// Nil for anything that is no identifier.
    init?(content: ArraySlice<UInt8>) {
        guard let last = content.last, last & 0x80 == 0 else { return nil }
        var packed: [UInt32] = []
        var number: UInt64 = 0
        for byte in content {
            number = number << 7 | UInt64(byte & 0x7F)
            guard number <= UInt32.max, packed.count < 128 else { return nil }
            if byte & 0x80 == 0 {
                packed.append(UInt32(number))
                number = 0
            }
        }
        let first = min(packed[0] / 40, 2)
        self.init([first, packed[0] - first * 40] + packed.dropFirst())
    }
}
