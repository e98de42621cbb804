/// A FAT file system in a crash state: which cluster is whose. Walks end at fixed bounds, chains that go round are cut.
struct FATFileSystem: Sendable {
    private struct Owner: Sendable {
        var path: String
        var isDirectory: Bool
    }

    let part: DiskPart
    let geometry: FATGeometry
    private let table: Fields
    private var owners: [Owner] = []
    /// By cluster: place in `owners` and which of its clusters it is; -1 for none.
    private var ownerOf: [Int32]
    private var logicalOf: [Int32]

    private static let ownerLimit = 1 << 18

    /// - Returns: nil when the partition holds none.
    init?(_ part: DiskPart) {
        guard let geometry = FATGeometry(part),
            let table = part.fields(
                at: geometry.tables.lowerBound, count: geometry.tableSectors * geometry.bytesPerSector)
        else { return nil }
        self.part = part
        self.geometry = geometry
        self.table = table
        ownerOf = [Int32](repeating: -1, count: geometry.clusterCount + 2)
        logicalOf = [Int32](repeating: 0, count: geometry.clusterCount + 2)
        walk()
    }

    private mutating func walk() {
        var queue: [(path: String, entries: [FATDirectory.Entry])] = []
        if geometry.bits == 32 {
            queue.append(("", FATDirectory(claim(geometry.rootCluster, Owner(path: "/", isDirectory: true))).entries))
        } else if !geometry.root.isEmpty,
            let bytes = part.fields(at: geometry.root.lowerBound, count: geometry.root.count)
        {
            queue.append(("", FATDirectory(bytes).entries))
        }
        while let (folder, entries) = queue.popLast() {
            for entry in entries where owners.count < Self.ownerLimit {
                let path = folder + "/" + entry.name
                let bytes = claim(entry.cluster, Owner(path: path, isDirectory: entry.isDirectory))
                if entry.isDirectory, path.utf8.count < 4096 { queue.append((path, FATDirectory(bytes).entries)) }
            }
        }
    }

    /// Gives a chain to its owner; a cluster that has one stays with it.
    ///
    /// - Returns: the bytes of a directory, as far as they can be of use.
    private mutating func claim(_ first: Int, _ owner: Owner) -> Fields {
        guard geometry.next(first) != nil else { return Fields(bytes: []) }
        owners.append(owner)
        var bytes: [UInt8] = []
        var (cluster, logical): (Int?, Int32) = (first, 0)
        while let at = cluster, ownerOf[at] < 0 {
            ownerOf[at] = Int32(owners.count - 1)
            logicalOf[at] = logical
            logical += 1
            if owner.isDirectory, bytes.count < 4 << 20,
                let part = part.fields(at: geometry.bytes(ofCluster: at).lowerBound, count: geometry.clusterSize)
            {
                bytes += part.bytes
            }
            cluster = geometry.next(geometry.entry(at, in: table))
        }
        return Fields(bytes: bytes)
    }
}

extension FATFileSystem: FileSystemReader {
    var kind: String { "vfat" }

    func structures(in bytes: Range<Int>, limit: Int) -> [FoundStructure] {
        var found: [FoundStructure] = []
        var place = bytes.lowerBound
        while place < bytes.upperBound, found.count < limit {
            var next = structure(at: place)
            next.bytes = next.bytes.clamped(to: place..<bytes.upperBound)
            guard !next.bytes.isEmpty else { break }
            // One entry for a chain of clusters in a row.
            if let last = found.last, last.structure == next.structure, last.number == next.number, last.number != 0 {
                found[found.count - 1].bytes = last.bytes.lowerBound..<next.bytes.upperBound
            } else {
                found.append(next)
            }
            place = next.bytes.upperBound
        }
        return found
    }

    private func structure(at place: Int) -> FoundStructure {
        let sector = place / geometry.bytesPerSector
        if place < geometry.tables.lowerBound { return reserved(sector) }
        if geometry.tables.contains(place) {
            let size = geometry.tableSectors * geometry.bytesPerSector
            let copy = (place - geometry.tables.lowerBound) / size
            let start = geometry.tables.lowerBound + copy * size
            return FoundStructure(
                structure: .allocationTable, bytes: start..<start + size,
                words: "allocation table, copy \(copy + 1) of \(geometry.tableCount)", number: copy + 1)
        }
        if geometry.root.contains(place) {
            return FoundStructure(structure: .directory, bytes: geometry.root, words: "directory /", path: "/")
        }
        guard let cluster = geometry.cluster(at: place) else {
            return FoundStructure(structure: .raw, bytes: place..<part.count, words: "behind the file system")
        }
        let bytes = geometry.bytes(ofCluster: cluster)
        let number = Int(ownerOf[cluster])
        guard number >= 0 else {
            let isFree = geometry.entry(cluster, in: table) == 0
            return FoundStructure(
                structure: isFree ? .free : .raw, bytes: bytes,
                words: isFree ? "free space" : "clusters in use by nothing that is known", number: -1)
        }
        let owner = owners[number]
        return FoundStructure(
            structure: owner.isDirectory ? .directory : .fileData, bytes: bytes,
            words: owner.isDirectory
                ? "directory \(owner.path)"
                : "file \(owner.path), from byte \(Int(logicalOf[cluster]) * geometry.clusterSize)",
            path: owner.path, number: number + 1)
    }

    private func reserved(_ sector: Int) -> FoundStructure {
        let (structure, words): (WrittenPlace.Structure, String) =
            switch sector {
            case 0: (.bootSector, "boot sector")
            case geometry.infoSector where sector > 0: (.fsInfo, "FSInfo")
            case geometry.backupSector where sector > 0: (.bootSector, "copy of the boot sector")
            default: (.reserved, "reserved sectors")
            }
        let start = sector * geometry.bytesPerSector
        return FoundStructure(structure: structure, bytes: start..<start + geometry.bytesPerSector, words: words)
    }
}

// MARK: - Changes

extension FATFileSystem {
    private static let changeLimit = 8

    func changes(of found: FoundStructure, from before: DiskPart, to after: DiskPart) -> [String] {
        guard found.bytes.count <= 8 << 20,
            let old = before.fields(at: found.bytes.lowerBound, count: found.bytes.count),
            let new = after.fields(at: found.bytes.lowerBound, count: found.bytes.count), old.bytes != new.bytes
        else { return [] }
        switch found.structure {
        case .directory: return directoryChanges(old, new, after)
        case .allocationTable: return tableChanges(found, before, after)
        case .fsInfo:
            return old.u32(488) == new.u32(488) ? [] : ["free clusters \(old.u32(488)), then \(new.u32(488))"]
        case .bootSector:
            return old.u8(geometry.bits == 32 ? 65 : 37) == new.u8(geometry.bits == 32 ? 65 : 37)
                ? [] : ["the mark of a file system that is in use"]
        default: return []
        }
    }

    private func directoryChanges(_ old: Fields, _ new: Fields, _ after: DiskPart) -> [String] {
        func entries(_ bytes: Fields) -> [String: FATDirectory.Entry] {
            Dictionary(FATDirectory(bytes).entries.map { ($0.name, $0) }) { first, _ in first }
        }
        let (before, now) = (entries(old), entries(new))
        var changes: [(isDangling: Bool, words: String)] = []
        for name in Set(before.keys).union(now.keys).sorted() where before[name] != now[name] {
            guard let entry = now[name] else {
                changes.append((false, "\"\(name)\" vanishes"))
                continue
            }
            let trouble = trouble(of: entry, after)
            let words =
                before[name].map { "\"\(name)\": \($0.words), then \(entry.words)" }
                ?? "\"\(name)\" appears: \(entry.words)"
            changes.append((trouble != nil, words + (trouble.map { ", \($0) in this state" } ?? "")))
        }
        return limited(changes.filter(\.isDangling).map(\.words) + changes.filter { !$0.isDangling }.map(\.words))
    }

    /// What is wrong with where an entry leads.
    private func trouble(of entry: FATDirectory.Entry, _ part: DiskPart) -> String? {
        guard entry.cluster > 0 else { return nil }
        guard geometry.next(entry.cluster) != nil else { return "which does not exist" }
        guard
            let table = part.fields(
                at: geometry.tables.lowerBound, count: geometry.tableSectors * geometry.bytesPerSector)
        else { return nil }
        if geometry.entry(entry.cluster, in: table) == 0 { return "which the allocation table calls free" }
        let data = part.fields(at: geometry.bytes(ofCluster: entry.cluster).lowerBound, count: geometry.clusterSize)
        return data?.isZeros == true && (entry.size > 0 || entry.isDirectory) ? "which holds only zeros" : nil
    }

    private func tableChanges(_ found: FoundStructure, _ before: DiskPart, _ after: DiskPart) -> [String] {
        let size = geometry.tableSectors * geometry.bytesPerSector
        let start = geometry.tables.lowerBound + (found.number - 1) * size
        guard let old = before.fields(at: start, count: size), let new = after.fields(at: start, count: size) else {
            return []
        }
        let place = (found.bytes.lowerBound - start) * 8 / geometry.bits
        let end = min(geometry.clusterCount + 2, (found.bytes.upperBound - start) * 8 / geometry.bits + 1)
        var changes: [String] = []
        for cluster in max(2, place)..<max(2, place, end) {
            let (was, now) = (geometry.entry(cluster, in: old), geometry.entry(cluster, in: new))
            if was != now {
                changes.append("cluster \(cluster): \(geometry.words(was)), then \(geometry.words(now))")
            }
        }
        return limited(changes)
    }

    private func limited(_ changes: [String]) -> [String] {
        changes.count <= Self.changeLimit
            ? changes : changes.prefix(Self.changeLimit) + ["\(changes.count - Self.changeLimit) more"]
    }
}
