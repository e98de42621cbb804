/// An inode of ext2, ext3 or ext4.
struct ExtInode: Sendable {
    var number: Int
    var fields: Fields

    var mode: Int { fields.u16(0) }
    var links: Int { fields.u16(0x1a) }
    var flags: Int { fields.u32(0x20) }
    var size: Int { fields.u32(4) | (isFile ? fields.u32(0x6c) << 32 & Int.max : 0) }
    var isDirectory: Bool { mode & 0xf000 == 0x4000 }
    var isFile: Bool { mode & 0xf000 == 0x8000 }
    var isLink: Bool { mode & 0xf000 == 0xa000 }
    var hasExtents: Bool { flags & 0x8_0000 != 0 }
    /// Names something that exists: special inodes have no links of their own.
    var isInUse: Bool { mode != 0 && (links > 0 || number < 11) }
    /// The content lies in the inode, or there is none.
    var hasNoBlocks: Bool {
        flags & 0x1000_0000 != 0 || !(isDirectory || isFile || isLink)
            || (isLink && size < 60 && !hasExtents)
    }
    /// The block of extended attributes; 0 for none.
    var attributes: Int { fields.u32(0x68) | fields.u16(0x76) << 32 }

    /// `a file of 2210 bytes`, `empty`.
    var words: String {
        if mode == 0, links == 0 { return fields.isZeros ? "all zeros" : "unused" }
        if links == 0 { return "deleted" }
        if isDirectory { return "a directory" }
        if isFile { return "a file of \(size) bytes" }
        if isLink { return "a symbolic link" }
        return "a special file"
    }
}

/// Where the blocks of inodes lie. Reads bounded numbers of blocks whatever the disk says.
struct ExtBlockMap {
    /// Blocks in a row on the disk that belong to one inode.
    struct Run: Hashable, Sendable {
        enum Purpose: Hashable, Sendable {
            case content, map, attributes
        }

        var first: Int
        var count: Int
        var inode: Int
        /// Of the file, counted from 0.
        var logical: Int
        var purpose: Purpose
    }

    let part: DiskPart
    let geometry: ExtGeometry
    private(set) var runs: [Run] = []
    /// Blocks of maps that may still be read.
    private var blocksLeft = 1 << 15
    /// Ends a file that claims more runs than a file system of this kind can have of use.
    private static let runLimit = 1 << 20

    init(part: DiskPart, geometry: ExtGeometry) {
        self.part = part
        self.geometry = geometry
    }

    mutating func add(_ inode: ExtInode) {
        if inode.attributes > 0 {
            append(Run(first: inode.attributes, count: 1, inode: inode.number, logical: 0, purpose: .attributes))
        }
        guard !inode.hasNoBlocks else { return }
        let root = inode.fields.slice(0x28, 60)
        if inode.hasExtents {
            extents(root, inode.number, depth: 5)
        } else {
            pointers(root, inode)
        }
    }

    private mutating func append(_ run: Run) {
        guard runs.count < Self.runLimit, run.count > 0, run.first > 0, run.first < geometry.blockCount,
            run.count <= geometry.blockCount - run.first
        else { return }
        if let last = runs.last, last.inode == run.inode, last.purpose == run.purpose,
            last.first + last.count == run.first, last.logical + last.count == run.logical
        {
            runs[runs.count - 1].count += run.count
        } else {
            runs.append(run)
        }
    }

    private mutating func block(_ number: Int, of inode: Int) -> Fields? {
        guard number > 0, number < geometry.blockCount, blocksLeft > 0 else { return nil }
        blocksLeft -= 1
        append(Run(first: number, count: 1, inode: inode, logical: 0, purpose: .map))
        return part.fields(at: number * geometry.blockSize, count: geometry.blockSize)
    }

    private mutating func extents(_ node: Fields, _ inode: Int, depth: Int) {
        guard depth >= 0, node.u16(0) == 0xf30a else { return }
        let count = min(node.u16(2), (node.count - 12) / 12)
        let isLeaf = node.u16(6) == 0
        for index in 0..<max(0, count) {
            let place = 12 + index * 12
            if isLeaf {
                let length = node.u16(place + 4)
                append(
                    Run(
                        first: node.u32(place + 8) | node.u16(place + 6) << 32,
                        count: length > 0x8000 ? length - 0x8000 : length, inode: inode,
                        logical: node.u32(place), purpose: .content))
            } else if let child = block(node.u32(place + 4) | node.u16(place + 8) << 32, of: inode) {
                extents(child, inode, depth: depth - 1)
            }
        }
    }

    /// Twelve blocks, then blocks of blocks.
    private mutating func pointers(_ root: Fields, _ inode: ExtInode) {
        let end = (inode.size + geometry.blockSize - 1) / geometry.blockSize
        var logical = 0
        for index in 0..<12 { content(root.u32(index * 4), inode.number, &logical, depth: 0, end: end) }
        for depth in 1...3 { content(root.u32((11 + depth) * 4), inode.number, &logical, depth: depth, end: end) }
    }

    private mutating func content(_ number: Int, _ inode: Int, _ logical: inout Int, depth: Int, end: Int) {
        let perBlock = geometry.blockSize / 4
        guard logical < end else { return }
        guard depth > 0 else {
            if number > 0 {
                append(Run(first: number, count: 1, inode: inode, logical: logical, purpose: .content))
            }
            logical += 1
            return
        }
        guard number > 0, let table = block(number, of: inode) else {
            logical += (0..<depth).reduce(1) { size, _ in size * perBlock }
            return
        }
        for index in 0..<perBlock where logical < end {
            content(table.u32(index * 4), inode, &logical, depth: depth - 1, end: end)
        }
    }
}
