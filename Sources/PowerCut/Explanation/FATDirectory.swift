/// Entries of a FAT directory.
struct FATDirectory: Sendable {
    struct Entry: Hashable, Sendable {
        var name: String
        var cluster: Int
        var size: Int
        var isDirectory: Bool

        /// `2210 bytes from cluster 9`.
        var words: String {
            isDirectory
                ? "a directory in cluster \(cluster)"
                : cluster == 0 ? "\(size) bytes, no cluster" : "\(size) bytes from cluster \(cluster)"
        }
    }

    /// Without the entries for the directory itself, its parent and the volume's name.
    private(set) var entries: [Entry] = []

    /// - Parameter stopsAtEnd: whether the first unused entry ends the directory, as it does for those who read it.
    init(_ bytes: Fields, stopsAtEnd: Bool = true) {
        // A long name stands before its entry, its last part first.
        var parts: [Int: [UInt16]] = [:]
        for place in stride(from: 0, to: bytes.count - 31, by: 32) {
            let (first, attributes) = (bytes.u8(place), bytes.u8(place + 11))
            if first == 0 {
                if stopsAtEnd { return }
                continue
            }
            if attributes & 0x3f == 0x0f, first != 0xe5 {
                if first & 0x40 != 0 { parts = [:] }
                parts[first & 0x1f] = ([1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as [Int])
                    .map { UInt16(bytes.u16(place + $0)) }
                continue
            }
            defer { parts = [:] }
            guard first != 0xe5, attributes & 8 == 0, first != 0x2e else { continue }
            let long = parts.keys.sorted().flatMap { parts[$0] ?? [] }.prefix { $0 != 0 && $0 != 0xffff }
            let name = long.isEmpty ? Self.shortName(bytes, place) : String(decoding: long, as: UTF16.self)
            entries.append(
                Entry(
                    name: Fields.printable(name), cluster: bytes.u16(place + 26) | bytes.u16(place + 20) << 16,
                    size: bytes.u32(place + 28), isDirectory: attributes & 0x10 != 0))
        }
    }

    private static func shortName(_ bytes: Fields, _ place: Int) -> String {
        func text(_ start: Int, _ count: Int, isLower: Bool) -> String {
            var units = bytes.slice(start, count).bytes
            while units.last == 0x20 { units.removeLast() }
            let text = String(decoding: units.map { $0 == 0x05 ? 0xe5 : $0 }, as: UTF8.self)
            return isLower ? text.lowercased() : text
        }
        // Windows NT and Linux keep a name in small letters by two flags.
        let flags = bytes.u8(place + 12)
        let (base, suffix) = (
            text(place, 8, isLower: flags & 8 != 0), text(place + 8, 3, isLower: flags & 16 != 0)
        )
        return suffix.isEmpty ? base : base + "." + suffix
    }
}
