/// A block of a directory of ext2, ext3 or ext4.
struct ExtDirectoryBlock {
    struct Entry: Hashable {
        var name: String
        var inode: Int
    }

    /// Without the entries for the directory itself and its parent.
    var entries: [Entry] = []

    init(_ block: Fields) {
        var place = 0
        while place + 8 <= block.count {
            let (inode, length, nameLength) = (block.u32(place), block.u16(place + 4), block.u8(place + 6))
            guard length >= 8, length % 4 == 0, place + length <= block.count, nameLength <= length - 8 else { return }
            if inode > 0, nameLength > 0 {
                let name = Fields.printable(
                    String(decoding: block.slice(place + 8, nameLength).bytes, as: UTF8.self))
                if name != ".", name != ".." { entries.append(Entry(name: name, inode: inode)) }
            }
            place += length
        }
    }
}

/// The names of inodes: each by the first directory entry that was found.
struct ExtNames: Sendable {
    private var parents: [Int: (parent: Int, name: String)] = [:]
    private static let entryLimit = 1 << 20
    static let root = 2

    mutating func add(_ block: ExtDirectoryBlock, of directory: Int) {
        for entry in block.entries where parents.count < Self.entryLimit && parents[entry.inode] == nil {
            parents[entry.inode] = (directory, entry.name)
        }
    }

    /// From the root on; nil for what no directory leads to.
    func path(_ inode: Int) -> String? {
        var parts: [String] = []
        var at = inode
        while at != Self.root {
            guard let (parent, name) = parents[at], parts.count < 64 else { return nil }
            parts.append(name)
            at = parent
        }
        return "/" + parts.reversed().joined(separator: "/")
    }
}
