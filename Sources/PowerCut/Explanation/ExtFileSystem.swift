/// An ext2, ext3 or ext4 file system in a crash state: which block is what. Nothing on the disk is believed; a walk ends
/// at fixed bounds.
struct ExtFileSystem: Sendable {
    let part: DiskPart
    let geometry: ExtGeometry
    let groups: [ExtGroup]
    /// What lies at fixed places, in order.
    private let regions: [FoundStructure]
    /// What belongs to inodes, in order.
    private let runs: [ExtBlockMap.Run]
    private let names: ExtNames
    private let directories: Set<Int>
    private let journalBlocks: Int

    /// - Returns: nil when the partition holds none that can be read.
    init?(_ part: DiskPart) {
        guard let geometry = ExtGeometry(part) else { return nil }
        self.part = part
        self.geometry = geometry
        let size = geometry.descriptorSize
        guard
            let table = part.fields(
                at: (geometry.firstBlock + 1) * geometry.blockSize, count: geometry.groupCount * size)
        else { return nil }
        groups = (0..<geometry.groupCount).map { ExtGroup(table.slice($0 * size, size), geometry) }
        regions = Self.regions(geometry, groups)

        var map = ExtBlockMap(part: part, geometry: geometry)
        var directories: Set<Int> = []
        var journalBlocks = 0
        var left = ExtGeometry.inodeLimit
        for (index, group) in groups.enumerated() {
            let count = min(group.usedInodes, left)
            guard count > 0,
                let inodes = part.fields(
                    at: group.inodeTable * geometry.blockSize, count: count * geometry.inodeSize)
            else { continue }
            left -= count
            for slot in 0..<count {
                let number = index * geometry.inodesPerGroup + slot + 1
                // The inode of the blocks that are kept for descriptors maps them in a way of its own.
                guard number != 7, inodes.u16(slot * geometry.inodeSize) != 0 else { continue }
                let inode = ExtInode(
                    number: number, fields: inodes.slice(slot * geometry.inodeSize, geometry.inodeSize))
                guard inode.isInUse else { continue }
                if inode.isDirectory { directories.insert(number) }
                if number == geometry.journalInode { journalBlocks = inode.size / geometry.blockSize }
                map.add(inode)
            }
        }
        var names = ExtNames()
        for run in map.runs where run.purpose == .content && directories.contains(run.inode) {
            for block in run.first..<run.first + min(run.count, 4096) {
                guard let bytes = part.fields(at: block * geometry.blockSize, count: geometry.blockSize) else { break }
                names.add(ExtDirectoryBlock(bytes), of: run.inode)
            }
        }
        runs = map.runs.sorted { $0.first < $1.first }
        self.names = names
        self.directories = directories
        self.journalBlocks = journalBlocks
    }

    func path(_ inode: Int) -> String? { names.path(inode) }

    /// The inode as `part`, the same partition in this or another state, has it.
    func inode(_ number: Int, in part: DiskPart) -> ExtInode? {
        let (group, slot) = (number - 1).quotientAndRemainder(dividingBy: geometry.inodesPerGroup)
        guard number > 0, groups.indices.contains(group) else { return nil }
        let place = groups[group].inodeTable * geometry.blockSize + slot * geometry.inodeSize
        return part.fields(at: place, count: geometry.inodeSize).map { ExtInode(number: number, fields: $0) }
    }

    private static func regions(_ geometry: ExtGeometry, _ groups: [ExtGroup]) -> [FoundStructure] {
        var regions: [FoundStructure] = []
        func add(_ blocks: Range<Int>, _ structure: WrittenPlace.Structure, _ words: String, group: Int) {
            guard blocks.lowerBound >= 0, blocks.upperBound <= geometry.blockCount else { return }
            regions.append(
                FoundStructure(
                    structure: structure, bytes: geometry.bytes(ofBlocks: blocks), words: words, number: group))
        }
        if geometry.firstBlock == 1 { add(0..<1, .reserved, "boot block", group: 0) }
        for (number, group) in groups.enumerated() {
            for head in geometry.heads(ofGroup: number) { add(head.blocks, head.structure, head.words, group: number) }
            add(
                group.blockBitmap..<group.blockBitmap + 1, .blockBitmap, "block bitmap of group \(number)",
                group: number)
            add(
                group.inodeBitmap..<group.inodeBitmap + 1, .inodeBitmap, "inode bitmap of group \(number)",
                group: number)
            add(
                group.inodeTable..<group.inodeTable + geometry.inodeTableBlocks, .inodeTable,
                "inode table of group \(number)", group: number)
        }
        return regions.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
    }
}

extension ExtFileSystem: FileSystemReader {
    var kind: String { geometry.kind }

    func structures(in bytes: Range<Int>, limit: Int) -> [FoundStructure] {
        var found: [FoundStructure] = []
        var place = bytes.lowerBound
        while place < bytes.upperBound, found.count < limit {
            var next = structure(at: place)
            next.bytes = next.bytes.clamped(to: place..<bytes.upperBound)
            guard !next.bytes.isEmpty else { break }
            if next.structure == .inodeTable { next.words += inodeNumbers(in: next.bytes, group: next.number) }
            if let last = found.last, last.structure == .free, next.structure == .free {
                found[found.count - 1].bytes = last.bytes.lowerBound..<next.bytes.upperBound
            } else {
                found.append(next)
            }
            place = next.bytes.upperBound
        }
        return found
    }

    private func structure(at place: Int) -> FoundStructure {
        let block = place / geometry.blockSize
        let index = regions.partitionPoint { $0.bytes.lowerBound > place }
        if index > 0, regions[index - 1].bytes.contains(place) {
            // The first block holds what lies before the superblock too, where blocks are large.
            return regions[index - 1]
        }
        let next = index < regions.count ? regions[index].bytes.lowerBound : geometry.blockCount * geometry.blockSize
        guard block < geometry.blockCount else {
            return FoundStructure(structure: .raw, bytes: place..<part.count, words: "behind the file system")
        }
        let owner = runs.partitionPoint { $0.first > block }
        if owner > 0, block < runs[owner - 1].first + runs[owner - 1].count {
            return owned(by: runs[owner - 1], block: block)
        }
        let end = min(next, owner < runs.count ? runs[owner].first * geometry.blockSize : .max)
        let isFree = isFree(block)
        return FoundStructure(
            structure: isFree ? .free : .raw, bytes: place..<min(end, (block + 1) * geometry.blockSize),
            words: isFree ? "free space" : "block \(block), in use by nothing that is known")
    }

    private func owned(by run: ExtBlockMap.Run, block: Int) -> FoundStructure {
        let bytes = geometry.bytes(ofBlocks: block..<run.first + run.count)
        let logical = run.logical + block - run.first
        let path = path(run.inode)
        let name = path ?? "inode \(run.inode), which no directory names"
        switch run.purpose {
        case .map:
            return FoundStructure(
                structure: .fileMap, bytes: bytes, words: "block map of \(name)", path: path, number: run.inode)
        case .attributes:
            return FoundStructure(
                structure: .attributes, bytes: bytes, words: "extended attributes of \(name)", path: path,
                number: run.inode)
        case .content:
            break
        }
        if run.inode == geometry.journalInode {
            return FoundStructure(
                structure: .journal, bytes: geometry.bytes(ofBlocks: block..<block + 1),
                words: "journal, block \(logical) of \(journalBlocks)", number: logical)
        }
        if directories.contains(run.inode) {
            return FoundStructure(
                structure: .directory, bytes: bytes, words: "directory \(name)", path: path, number: run.inode)
        }
        return FoundStructure(
            structure: .fileData, bytes: bytes, words: "file \(name), from byte \(logical * geometry.blockSize)",
            path: path, number: run.inode)
    }

    private func inodeNumbers(in bytes: Range<Int>, group: Int) -> String {
        let table = groups[group].inodeTable * geometry.blockSize
        let first = group * geometry.inodesPerGroup + (bytes.lowerBound - table) / geometry.inodeSize + 1
        let last = group * geometry.inodesPerGroup + (bytes.upperBound - 1 - table) / geometry.inodeSize + 1
        return first == last ? ", inode \(first)" : ", inodes \(first) to \(last)"
    }

    private func isFree(_ block: Int) -> Bool {
        let (group, bit) = (block - geometry.firstBlock).quotientAndRemainder(dividingBy: geometry.blocksPerGroup)
        guard groups.indices.contains(group) else { return false }
        if groups[group].isBlockBitmapUnwritten { return true }
        guard
            let byte = part.fields(at: groups[group].blockBitmap * geometry.blockSize + bit / 8, count: 1)
        else { return false }
        return byte.u8(0) >> (bit & 7) & 1 == 0
    }
}
