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

    /// With the two empty blocks that end an archive.
    var archive: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
