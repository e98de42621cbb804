/// Reads BER (X.690) from a stranger: one element after the other, never beyond the end, never into what it does not
/// know. Nesting is the caller's, so its depth is bounded by the code that reads.
struct BERReader {
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next element, whatever it is. Tags of more than one byte and lengths without an end do not occur in SNMP.
    mutating func next() throws(Malformed) -> (tag: UInt8, content: ArraySlice<UInt8>) {
        guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, let first = rest.popFirst() else { throw Malformed() }
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), rest.count >= count else { throw Malformed() }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(length) }
        return (tag, rest.prefix(length))
    }

    /// The content of the next element, which must have this tag.
    mutating func content(of tag: UInt8) throws(Malformed) -> ArraySlice<UInt8> {
        let element = try next()
        guard element.tag == tag else { throw Malformed() }
        return element.content
    }

    mutating func integer() throws(Malformed) -> Int64 { try Self.integer(try content(of: BER.integer)) }

    static func integer(_ content: ArraySlice<UInt8>) throws(Malformed) -> Int64 {
        guard let first = content.first, content.count <= 8 else { throw Malformed() }
        return content.reduce(first & 0x80 != 0 ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}

/// The tags of SNMP (RFC 3416, section 3; RFC 2578, section 7), and writing them.
enum BER {
    static let integer: UInt8 = 0x02
    static let octets: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectID: UInt8 = 0x06
    static let sequence: UInt8 = 0x30

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length = [UInt8(truncatingIfNeeded: content.count)]
        if content.count > 0x7F {
            var rest = content.count >> 8
            while rest > 0 {
                length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    /// In as few bytes as hold it.
    static func integer(_ value: Int64) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: value)]
        var rest = value >> 8
        while !(rest == 0 && bytes[0] & 0x80 == 0) && !(rest == -1 && bytes[0] & 0x80 != 0) {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return element(integer, bytes)
    }
}
