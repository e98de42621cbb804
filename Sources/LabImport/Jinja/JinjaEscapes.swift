/// The escapes of Python's string literals, which are Jinja's too.
enum JinjaEscapes {
    /// - Throws: for an escape that names no character.
    static func unescaped(_ raw: ArraySlice<UInt8>, at offset: Int) throws(JinjaMistake) -> String {
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        var result: [UInt8] = []
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch letter {
            case UInt8(ascii: "\n"): break
            case UInt8(ascii: "x"): try append(digits(&rest, exactly: 2, radix: 16), to: &result, at: offset)
            case UInt8(ascii: "u"): try append(digits(&rest, exactly: 4, radix: 16), to: &result, at: offset)
            case UInt8(ascii: "U"): try append(digits(&rest, exactly: 8, radix: 16), to: &result, at: offset)
            case UInt8(ascii: "N"):
                throw JinjaMistake(offset, "this text names a character by `\\N`, which is not read")
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = UInt32(letter - UInt8(ascii: "0"))
                for _ in 0..<2 {
                    guard let next = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(next) else { break }
                    value = value * 8 + UInt32(next - UInt8(ascii: "0"))
                    rest = rest.dropFirst()
                }
                try append(value, to: &result, at: offset)
            default:
                if let control = controls[letter] {
                    result.append(control)
                } else {
                    // What is no escape stays as it is, backslash and all.
                    result += [byte, letter]
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let controls: [UInt8: UInt8] = [
        UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "n"): 0x0a, UInt8(ascii: "t"): 0x09,
        UInt8(ascii: "r"): 0x0d, UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c,
        UInt8(ascii: "v"): 0x0b,
    ]

    private static func digits(_ rest: inout ArraySlice<UInt8>, exactly count: Int, radix: Int) -> UInt32? {
        let digits = String(decoding: rest.prefix(count), as: UTF8.self)
        guard digits.utf8.count == count, digits.allSatisfy(\.isHexDigit) else { return nil }
        rest = rest.dropFirst(count)
        return UInt32(digits, radix: radix)
    }

    private static func append(_ value: UInt32?, to result: inout [UInt8], at offset: Int) throws(JinjaMistake) {
        guard let value, let scalar = Unicode.Scalar(value) else {
            throw JinjaMistake(offset, "this text has an escape that names no character")
        }
        result += Array(String(Character(scalar)).utf8)
    }
}
