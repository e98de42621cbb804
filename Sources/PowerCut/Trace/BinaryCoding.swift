import LabModel

/// Little-endian fields, one after the other.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func put(_ value: Int) { put(Int64(value)) }

    /// Length in 4 bytes, then UTF-8.
    mutating func put(_ text: String) {
        put(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// One byte that says whether there is text, then the text.
    mutating func put(_ text: String?) {
        put(text != nil)
        if let text { put(text) }
    }
}

/// Reads what `ByteWriter` wrote, and nothing past the end.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    struct Malformed: Error {}

    mutating func take<Value: FixedWidthInteger>(_ type: Value.Type) throws(Malformed) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - place >= size else { throw Malformed() }
        defer { place += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Value.self))
    }

    mutating func takeBool() throws(Malformed) -> Bool {
        let value = try take(UInt8.self)
        guard value <= 1 else { throw Malformed() }
        return value == 1
    }

    mutating func takeInt() throws(Malformed) -> Int { Int(try take(Int64.self)) }

    mutating func takeBytes(_ count: Int) throws(Malformed) -> [UInt8] {
        guard count >= 0, bytes.count - place >= count else { throw Malformed() }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    mutating func takeText() throws(Malformed) -> String {
        let bytes = try takeBytes(Int(take(UInt32.self)))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func takeOptionalText() throws(Malformed) -> String? {
        try takeBool() ? takeText() : nil
    }

    /// How many items follow; each of them takes at least `size` bytes, so a lie about it is found here.
    mutating func takeCount(itemSize size: Int) throws(Malformed) -> Int {
        let count = Int(try take(UInt32.self))
        guard count <= (bytes.count - place) / max(1, size) else { throw Malformed() }
        return count
    }
}
