/// U-Boot's environment on a raw partition, one copy or two: a checksum, with two copies a flag, then `name=value` after
/// `name=value`, each ended by a zero. Size and places are in the boot loader's configuration and not on the disk, so
/// they are found by what fits.
struct BootEnvironment: Sendable {
    struct Copy: Hashable, Sendable {
        /// Bytes of the partition.
        var bytes: Range<Int>
        /// Checksum, and the flag of a redundant environment.
        var headSize: Int
    }

    let copies: [Copy]

    private static let sizes = [0x1000, 0x2000, 0x4000, 0x8000, 0x1_0000, 0x2_0000, 0x4_0000]
    /// Environments begin at a multiple of this, and before that place.
    private static let step = 0x1000
    private static let end = 1 << 20

    /// - Returns: nil when no copy in the partition has a right checksum.
    init?(_ part: DiskPart) {
        var copies: [Copy] = []
        var place = 0
        while place < min(Self.end, part.count) {
            guard let copy = Self.copy(at: place, in: part) else {
                place += Self.step
                continue
            }
            copies.append(copy)
            place = copy.bytes.upperBound
        }
        guard !copies.isEmpty else { return nil }
        self.copies = copies
    }

    private static func copy(at place: Int, in part: DiskPart) -> Copy? {
        guard let head = part.fields(at: place, count: min(step, part.count - place)) else { return nil }
        for headSize in [5, 4] where looksLikeVariables(head, headSize) {
            for size in sizes where place + size <= part.count {
                guard let all = part.fields(at: place, count: size) else { continue }
                if Int(CRC32.checksum(all.bytes[headSize...])) == all.u32(0) {
                    return Copy(bytes: place..<place + size, headSize: headSize)
                }
            }
        }
        return nil
    }

    /// A look before checksums are counted.
    private static func looksLikeVariables(_ head: Fields, _ headSize: Int) -> Bool {
        let first = head.slice(headSize, 256).bytes.prefix { $0 != 0 }
        return first.contains(0x3d) && first.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x09 }
    }

    /// The variables of a copy, right or not; nil when the checksum says that it is none.
    static func variables(_ bytes: Fields, _ copy: Copy) -> [String: String]? {
        guard Int(CRC32.checksum(bytes.bytes.dropFirst(copy.headSize))) == bytes.u32(0) else { return nil }
        var variables: [String: String] = [:]
        for line in bytes.bytes.dropFirst(copy.headSize).split(separator: 0, omittingEmptySubsequences: false) {
            guard !line.isEmpty, variables.count < 4096 else { break }
            let parts = line.split(separator: 0x3d, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            variables[Fields.printable(String(decoding: parts[0], as: UTF8.self))] = Fields.printable(
                String(decoding: parts[1], as: UTF8.self))
        }
        return variables
    }
}

extension BootEnvironment: FileSystemReader {
    var kind: String { "U-Boot environment" }

    func structures(in bytes: Range<Int>, limit: Int) -> [FoundStructure] {
        var found: [FoundStructure] = []
        var place = bytes.lowerBound
        for (number, copy) in copies.enumerated() where copy.bytes.overlaps(bytes) && found.count < limit {
            let part = copy.bytes.clamped(to: bytes)
            if part.lowerBound > place {
                found.append(FoundStructure(structure: .raw, bytes: place..<part.lowerBound, words: "unused"))
            }
            found.append(
                FoundStructure(
                    structure: .environment, bytes: part,
                    words: copies.count == 1
                        ? "U-Boot environment" : "copy \(number + 1) of \(copies.count) of the U-Boot environment",
                    number: number))
            place = part.upperBound
        }
        if place < bytes.upperBound {
            found.append(FoundStructure(structure: .raw, bytes: place..<bytes.upperBound, words: "unused"))
        }
        return found
    }

    func changes(of found: FoundStructure, from before: DiskPart, to after: DiskPart) -> [String] {
        guard found.structure == .environment, copies.indices.contains(found.number) else { return [] }
        let copy = copies[found.number]
        guard let old = before.fields(at: copy.bytes.lowerBound, count: copy.bytes.count),
            let new = after.fields(at: copy.bytes.lowerBound, count: copy.bytes.count), old.bytes != new.bytes
        else { return [] }
        guard let now = Self.variables(new, copy) else { return ["its checksum is wrong: a copy that nobody takes"] }
        // What the other copy said is what was taken before, where this one was spoilt or older.
        let was = Self.variables(old, copy)
        var changes = was == nil ? ["its checksum is right again"] : []
        for name in Set(was?.keys.map { $0 } ?? []).union(now.keys).sorted() where was?[name] != now[name] {
            switch (was?[name], now[name]) {
            case (let before?, let after?): changes.append("\(name)=\(after) instead of \(before)")
            case (nil, let after?): if was != nil { changes.append("\(name)=\(after) appears") }
            case (_, nil): changes.append("\(name) vanishes")
            }
        }
        if copy.headSize == 5, old.u8(4) != new.u8(4) { changes.append("flag \(old.u8(4)), then \(new.u8(4))") }
        return Array(changes.prefix(8))
    }
}
