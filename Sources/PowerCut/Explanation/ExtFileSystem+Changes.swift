extension ExtFileSystem {
    /// Changes listed of one structure.
    static let changeLimit = 8

    func changes(of found: FoundStructure, from before: DiskPart, to after: DiskPart) -> [String] {
        // Whole blocks: an entry may begin before the bytes that were written.
        let bytes =
            found.bytes.lowerBound / geometry.blockSize
            * geometry.blockSize..<(found.bytes.upperBound
            + geometry.blockSize - 1) / geometry.blockSize * geometry.blockSize
        guard bytes.count <= 4 << 20, let old = before.fields(at: bytes.lowerBound, count: bytes.count),
            let new = after.fields(at: bytes.lowerBound, count: bytes.count), old.bytes != new.bytes
        else { return [] }
        switch found.structure {
        case .directory: return directoryChanges(old, new, after)
        case .inodeTable: return inodeChanges(old, new, group: found.number, from: bytes.lowerBound)
        case .inodeBitmap:
            return bitChanges(
                old, new, first: found.number * geometry.inodesPerGroup + 1, count: geometry.inodesPerGroup,
                "inode"
            ) { path($0).map { " (\($0))" } ?? "" }
        case .blockBitmap:
            return bitChanges(
                old, new, first: geometry.firstBlock(ofGroup: found.number), count: geometry.blocksPerGroup, "block"
            ) { _ in "" }
        case .superblock: return superblockChanges(old, new, isBehindBootBlock: bytes.lowerBound == 0)
        case .groupDescriptors:
            let table = (geometry.firstBlock(ofGroup: found.number) + 1) * geometry.blockSize
            return groupChanges(old, new, first: (bytes.lowerBound - table) / geometry.descriptorSize)
        case .journal: return [journalRecord(new)]
        default: return []
        }
    }

    private func directoryChanges(_ old: Fields, _ new: Fields, _ after: DiskPart) -> [String] {
        func entries(_ bytes: Fields) -> [String: Int] {
            var entries: [String: Int] = [:]
            for place in stride(from: 0, to: bytes.count, by: geometry.blockSize) {
                for entry in ExtDirectoryBlock(bytes.slice(place, geometry.blockSize)).entries {
                    entries[entry.name] = entry.inode
                }
            }
            return entries
        }
        let (before, now) = (entries(old), entries(new))
        var changes: [(isDangling: Bool, words: String)] = []
        for name in Set(before.keys).union(now.keys).sorted() where before[name] != now[name] {
            guard let number = now[name] else {
                changes.append((false, "\"\(name)\" vanishes"))
                continue
            }
            let inode = inode(number, in: after)
            let isDangling = inode.map { !$0.isInUse } ?? true
            let state = inode.map { $0.words + (isDangling ? " in this state" : "") } ?? "which cannot exist"
            let words =
                before[name].map { "\"\(name)\" names inode \(number) (\(state)) instead of \($0)" }
                ?? "\"\(name)\" appears and names inode \(number) (\(state))"
            changes.append((isDangling, words))
        }
        // What leads nowhere is what a boot loader trips over.
        return limited(changes.filter(\.isDangling).map(\.words) + changes.filter { !$0.isDangling }.map(\.words))
    }

    private func inodeChanges(_ old: Fields, _ new: Fields, group: Int, from place: Int) -> [String] {
        let slot = (place - groups[group].inodeTable * geometry.blockSize) / geometry.inodeSize
        let first = group * geometry.inodesPerGroup + slot + 1
        var changes: [String] = []
        for index in 0..<old.count / geometry.inodeSize {
            let number = first + index
            let before = ExtInode(
                number: number, fields: old.slice(index * geometry.inodeSize, geometry.inodeSize))
            let now = ExtInode(number: number, fields: new.slice(index * geometry.inodeSize, geometry.inodeSize))
            guard before.fields.bytes != now.fields.bytes else { continue }
            let name = path(number).map { " (\($0))" } ?? ""
            if before.words != now.words {
                changes.insert("inode \(number)\(name): \(before.words), then \(now.words)", at: 0)
            } else if before.fields.slice(0x28, 60).bytes != now.fields.slice(0x28, 60).bytes {
                changes.append("inode \(number)\(name): other blocks")
            } else if before.links != now.links {
                changes.append("inode \(number)\(name): \(before.links), then \(now.links) links")
            } else {
                changes.append("inode \(number)\(name): times and the like")
            }
        }
        return limited(changes)
    }

    private func bitChanges(
        _ old: Fields, _ new: Fields, first: Int, count: Int, _ what: String, _ name: (Int) -> String
    ) -> [String] {
        var runs: [(numbers: ClosedRange<Int>, isUsed: Bool)] = []
        for bit in 0..<min(count, old.count * 8) {
            let isUsed = new.u8(bit / 8) >> (bit & 7) & 1 == 1
            guard isUsed != (old.u8(bit / 8) >> (bit & 7) & 1 == 1) else { continue }
            if let last = runs.last, last.isUsed == isUsed, last.numbers.upperBound == first + bit - 1 {
                runs[runs.count - 1].numbers = last.numbers.lowerBound...first + bit
            } else {
                runs.append((first + bit...first + bit, isUsed))
            }
        }
        return limited(
            runs.map { run in
                let end = run.isUsed ? "in use" : "free"
                return run.numbers.count == 1
                    ? "\(what) \(run.numbers.lowerBound)\(name(run.numbers.lowerBound)) becomes \(end)"
                    : "\(what)s \(run.numbers.lowerBound) to \(run.numbers.upperBound) become \(end)"
            })
    }

    private func superblockChanges(_ old: Fields, _ new: Fields, isBehindBootBlock: Bool) -> [String] {
        let start = isBehindBootBlock ? ExtGeometry.superblockOffset : 0
        func field(_ place: Int, _ name: String, isShort: Bool = false) -> String? {
            let (before, now) =
                isShort
                ? (old.u16(start + place), new.u16(start + place)) : (old.u32(start + place), new.u32(start + place))
            return before == now ? nil : "\(name) \(before), then \(now)"
        }
        let block = new.slice(start, 1024)
        var changes: [String] = []
        if block.u32(0x64) & 0x400 != 0, Int(~CRC32C.checksum(block.slice(0, 1020).bytes)) != block.u32(1020) {
            changes.append("its checksum is wrong in this state")
        }
        let (before, now) = (old.u32(start + 0x60) & 4, new.u32(start + 0x60) & 4)
        if before != now { changes.append(now == 0 ? "the journal is clean" : "the journal has to be replayed") }
        changes += [
            field(0xe8, "first orphaned inode"), field(0x3a, "state", isShort: true), field(0xc, "free blocks"),
            field(0x10, "free inodes"), field(0x34, "mounts", isShort: true),
        ].compactMap { $0 }
        if changes.isEmpty { changes.append("times and the like") }
        return limited(changes)
    }

    private func groupChanges(_ old: Fields, _ new: Fields, first: Int) -> [String] {
        let size = geometry.descriptorSize
        var changes: [String] = []
        for index in 0..<min(max(0, groups.count - first), old.count / size) {
            let number = first + index
            let before = ExtGroup(old.slice(index * size, size), geometry)
            let now = ExtGroup(new.slice(index * size, size), geometry)
            if before.freeBlocks != now.freeBlocks {
                changes.append("group \(number): \(before.freeBlocks), then \(now.freeBlocks) free blocks")
            }
            if before.freeInodes != now.freeInodes {
                changes.append("group \(number): \(before.freeInodes), then \(now.freeInodes) free inodes")
            }
        }
        return limited(changes)
    }

    /// The journal's blocks are big-endian (jbd2).
    private func journalRecord(_ block: Fields) -> String {
        guard block.bigU32(0) == 0xc03b_3998 else { return "a copy of a block" }
        let number = block.bigU32(8)
        switch block.bigU32(4) {
        case 1: return "begins transaction \(number)"
        case 2: return "commits transaction \(number)"
        case 3, 4:
            let first = block.bigU32(0x1c)
            return first == 0 ? "the journal's superblock: empty" : "the journal's superblock: begins at block \(first)"
        case 5: return "revokes blocks in transaction \(number)"
        default: return "a record of an unknown kind"
        }
    }

    private func limited(_ changes: [String]) -> [String] {
        changes.count <= Self.changeLimit
            ? changes : changes.prefix(Self.changeLimit) + ["\(changes.count - Self.changeLimit) more"]
    }
}
