/// The sizes and places that the superblock of ext2, ext3 or ext4 tells (Linux, Documentation/filesystems/ext4).
struct ExtGeometry: Sendable {
    /// `ext2`, `ext3` or `ext4`.
    var kind: String
    var blockSize: Int
    var blockCount: Int
    /// Of group 0: 1 with blocks of 1 KiB, else 0.
    var firstBlock: Int
    var blocksPerGroup: Int
    var inodesPerGroup: Int
    var inodeSize: Int
    var descriptorSize: Int
    var groupCount: Int
    var journalInode: Int
    /// Group descriptors count unused inodes, and flag tables that were never written.
    var hasGroupChecksums: Bool
    /// Blocks behind the descriptors, kept for a larger file system.
    private var reservedDescriptorBlocks: Int
    private var hasSparseSuper: Bool
    private var backupGroups: [Int]?

    /// Blocks of the group descriptors.
    var descriptorBlocks: Int { (groupCount * descriptorSize + blockSize - 1) / blockSize }
    var inodeTableBlocks: Int { (inodesPerGroup * inodeSize + blockSize - 1) / blockSize }

    /// More inodes than this are not walked.
    static let inodeLimit = 1 << 19
    static let superblockOffset = 1024

    /// - Parameter size: of the partition in bytes.
    /// - Returns: nil when the partition holds no such file system, or one of a kind that is not read here.
    init?(_ part: DiskPart) {
        guard let block = part.fields(at: Self.superblockOffset, count: 1024), block.u16(0x38) == 0xef53 else {
            return nil
        }
        let (compatible, incompatible, readOnly) = (block.u32(0x5c), block.u32(0x60), block.u32(0x64))
        let isRevised = block.u32(0x4c) >= 1
        // Journal devices, descriptors spread over the groups, and clusters of blocks lie otherwise.
        guard incompatible & 0x18 == 0, readOnly & 0x200 == 0, block.u32(0x18) <= 6 else { return nil }
        blockSize = 1024 << block.u32(0x18)
        let high = incompatible & 0x80 != 0 ? block.u32(0x150) : 0
        blockCount = block.u32(4) | high << 32
        firstBlock = block.u32(0x14)
        blocksPerGroup = block.u32(0x20)
        inodesPerGroup = block.u32(0x28)
        inodeSize = isRevised ? block.u16(0x58) : 128
        descriptorSize = incompatible & 0x80 != 0 ? max(32, block.u16(0xfe)) : 32
        journalInode = compatible & 4 != 0 ? block.u32(0xe0) : 0
        hasGroupChecksums = readOnly & 0x410 != 0
        reservedDescriptorBlocks = compatible & 0x10 != 0 ? block.u16(0xce) : 0
        hasSparseSuper = readOnly & 1 != 0
        backupGroups = compatible & 0x200 != 0 ? [block.u32(0x24c), block.u32(0x250)] : nil
        kind = incompatible & 0x40 != 0 ? "ext4" : compatible & 4 != 0 ? "ext3" : "ext2"
        guard firstBlock == (blockSize == 1024 ? 1 : 0), blockCount > firstBlock, blockCount < 1 << 40,
            blockCount <= part.count / blockSize, (1...blockSize * 8).contains(blocksPerGroup),
            (1...blockSize * 8).contains(inodesPerGroup), (128...blockSize).contains(inodeSize),
            inodeSize & (inodeSize - 1) == 0, (32...1024).contains(descriptorSize)
        else { return nil }
        groupCount = (blockCount - firstBlock + blocksPerGroup - 1) / blocksPerGroup
        guard groupCount * descriptorSize <= DiskPart.longestRead else { return nil }
    }

    func firstBlock(ofGroup group: Int) -> Int { firstBlock + group * blocksPerGroup }

    func bytes(ofBlocks blocks: Range<Int>) -> Range<Int> {
        blocks.lowerBound * blockSize..<blocks.upperBound * blockSize
    }

    /// Whether `group` begins with a superblock.
    func hasSuperblock(_ group: Int) -> Bool {
        if group == 0 { return true }
        if let backupGroups { return backupGroups.contains(group) }
        guard hasSparseSuper, group != 1 else { return true }
        return [3, 5, 7].contains { root in
            var power = root
            while power < group { power *= root }
            return power == group
        }
    }

    /// The superblock, the descriptors and what is kept behind them, of a group that has them.
    func heads(ofGroup group: Int) -> [(blocks: Range<Int>, structure: WrittenPlace.Structure, words: String)] {
        guard hasSuperblock(group) else { return [] }
        let first = firstBlock(ofGroup: group)
        let descriptors = first + 1..<first + 1 + descriptorBlocks
        let copy = group == 0 ? "" : "backup in group \(group) of the "
        return [
            (first..<first + 1, .superblock, copy + "superblock"),
            (descriptors, .groupDescriptors, copy + "group descriptors"),
            (
                descriptors.upperBound..<descriptors.upperBound + reservedDescriptorBlocks, .reserved,
                "blocks kept for group descriptors"
            ),
        ].filter { !$0.0.isEmpty }
    }
}

/// What a group's descriptor says.
struct ExtGroup: Sendable {
    var blockBitmap: Int
    var inodeBitmap: Int
    var inodeTable: Int
    /// Inodes from the beginning of the table that may be in use.
    var usedInodes: Int
    var freeBlocks: Int
    var freeInodes: Int
    /// The bitmap of blocks was never written.
    var isBlockBitmapUnwritten: Bool

    init(_ entry: Fields, _ geometry: ExtGeometry) {
        let isWide = geometry.descriptorSize >= 64
        func place(_ low: Int, _ high: Int) -> Int { entry.u32(low) | (isWide ? entry.u32(high) << 32 : 0) }
        blockBitmap = place(0, 0x20)
        inodeBitmap = place(4, 0x24)
        inodeTable = place(8, 0x28)
        freeBlocks = entry.u16(0xc) | (isWide ? entry.u16(0x2c) << 16 : 0)
        freeInodes = entry.u16(0xe) | (isWide ? entry.u16(0x2e) << 16 : 0)
        let flags = geometry.hasGroupChecksums ? entry.u16(0x12) : 0
        let unused = entry.u16(0x1c) | (isWide ? entry.u16(0x32) << 16 : 0)
        isBlockBitmapUnwritten = flags & 2 != 0
        usedInodes =
            flags & 1 != 0
            ? 0 : max(0, geometry.inodesPerGroup - (geometry.hasGroupChecksums ? unused : 0))
    }
}
