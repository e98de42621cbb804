/// Writes ustar archives by hand, also ones that no tool would write.
struct TarBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func add(
        _ name: String, type: Character = "0", data: [UInt8] = [], link: String = "", mode: String = "0000644",
        size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0)
        put(mode, at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        let digits = String(size ?? data.count, radix: 8)
        put(String(repeating: "0", count: 11 - digits.count) + digits, at: 124)
        put("00000000001", at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0", at: 148)
        bytes += header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// A pax header (POSIX.1-2017, pax, "pax Interchange Format") for the next entry, or for all with type `g`.
    mutating func addPax(_ records: [(key: String, value: String)], type: Character = "x") {
        var data: [UInt8] = []
        for (key, value) in records {
            let rest = key.utf8.count + value.utf8.count + 3
            // The length counts its own digits.
            var length = rest + String(rest).count
            length = rest + String(length).count
            data += Array("\(length) \(key)=\(value)\n".utf8)
        }
        add("pax", type: type, data: data)
    }

    /// Writes a number as GNU tar does one that octal digits cannot hold, over the last entry's size.
    mutating func claimSize(_ size: Int64, ofHeaderAt start: Int) {
        bytes[start + 124] = 0x80
        for index in 0..<11 {
            let shift = 8 * (10 - index)
            bytes[start + 125 + index] = shift < 64 ? UInt8(truncatingIfNeeded: size >> shift) : 0
        }
        bytes.replaceSubrange(start + 148..<start + 156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = String(bytes[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let field = String(repeating: "0", count: 6 - sum.count) + sum + "\0 "
        bytes.replaceSubrange(start + 148..<start + 156, with: Array(field.utf8))
    }

    /// With the two empty blocks that end an archive.
    var archive: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
