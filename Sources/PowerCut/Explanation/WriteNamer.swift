/// Names what writes wrote to: partition, structure, file. It reads crash states; what it cannot make out it calls raw.
struct WriteNamer {
    /// Places that are named of one write.
    static let placeLimit = 12
    /// File systems that are read in one campaign at most: a report must not take longer than its boots.
    private static let readerLimit = 120

    private let space: CrashSpace
    // By state and first byte of the partition; nil where nothing was recognised.
    private var readers: [Key: (any FileSystemReader)?] = [:]
    private var readerCount = 0
    private var tables: [StateID: PartitionTable?] = [:]

    private struct Key: Hashable {
        var state: StateID
        var start: Int
    }

    init(_ space: CrashSpace) {
        self.space = space
    }

    /// Names write `number`, which wrote `bytes` of the disk.
    ///
    /// - Parameters:
    ///   - without: a state without the write.
    ///   - with: the same with it, or with a part of it.
    mutating func name(
        write number: Int, isOfRecovery: Bool = false, bytes: Range<Int>, without: CrashState?, with: CrashState
    ) -> NamedWrite {
        var named = NamedWrite(
            number: number, isOfRecovery: isOfRecovery, offset: bytes.lowerBound, length: bytes.count, places: [],
            morePlaces: 0)
        // Where the one state does not say what a block is, another may: a file's blocks are often written before
        // anything names them.
        let states = [with, without].compactMap { $0 } + ends
        var found: PartitionTable?
        for state in states where found == nil { found = table(state) }
        guard let table = found else {
            let whole = Partition(number: 0, name: "", range: 0..<space.size)
            add(pieces(of: bytes, in: whole, states, without: without, with: with), to: &named, of: nil)
            return named
        }
        var place = bytes.lowerBound
        while place < bytes.upperBound, named.places.count < Self.placeLimit {
            let rest = place..<bytes.upperBound
            if let partition = table.partition(at: place) {
                let part = partition.range.clamped(to: rest)
                add(
                    pieces(of: part, in: partition, states, without: without, with: with), to: &named, of: partition)
                place = part.upperBound
            } else {
                let region = table.regions.first { $0.range.contains(place) }
                let next = table.partitions.map(\.range.lowerBound).filter { $0 > place }.min() ?? bytes.upperBound
                let part = place..<min(region?.range.upperBound ?? next, next, bytes.upperBound)
                let found = FoundStructure(
                    structure: region == nil ? .raw : .partitionTable, bytes: part,
                    words: region?.words ?? "between the partitions")
                named.places.append(WrittenPlace(partition: nil, fileSystem: nil, found, on: part))
                place = part.upperBound
            }
        }
        if place < bytes.upperBound { named.morePlaces += 1 }
        return named
    }

    private typealias Piece = (found: FoundStructure, kind: String?, changes: [String], isChanged: Bool)

    private func add(_ pieces: [Piece], to named: inout NamedWrite, of partition: Partition?) {
        let start = partition?.range.lowerBound ?? 0
        for piece in pieces {
            guard named.places.count < Self.placeLimit else {
                named.morePlaces += 1
                continue
            }
            let disk = start + piece.found.bytes.lowerBound..<start + piece.found.bytes.upperBound
            named.places.append(
                WrittenPlace(
                    partition: partition, fileSystem: piece.kind, piece.found, on: disk, changes: piece.changes))
        }
        // What changed something that can be told comes first, names before maps before counts.
        let order = named.places.enumerated().sorted {
            ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset)
        }
        named.places = order.map(\.element)
    }

    private mutating func pieces(
        of bytes: Range<Int>, in partition: Partition, _ states: [CrashState], without: CrashState?, with: CrashState
    ) -> [Piece] {
        let start = partition.range.lowerBound
        let inner = bytes.lowerBound - start..<bytes.upperBound - start
        var readers: [any FileSystemReader] = []
        for state in states {
            if let reader = reader(of: partition, in: state) { readers.append(reader) }
        }
        guard let first = readers.first else {
            let words = "raw, byte \(inner.lowerBound)"
            return [(FoundStructure(structure: .raw, bytes: inner, words: words), nil, [], true)]
        }
        var pieces: [Piece] = []
        for found in first.structures(in: inner, limit: 4 * Self.placeLimit) {
            var (found, by) = (found, first)
            if found.structure == .free || found.structure == .raw {
                for other in readers.dropFirst() where other.kind == first.kind {
                    let names = other.structures(in: found.bytes, limit: 2)
                    guard let name = names.first, name.structure != .free, name.structure != .raw else { continue }
                    let note = found.structure == .free ? " (free in this state)" : " (in another state)"
                    found = FoundStructure(
                        structure: name.structure, bytes: found.bytes,
                        words: name.words + (names.count > 1 ? " and more" : "") + note, path: name.path,
                        number: name.number)
                    by = other
                    break
                }
            }
            guard let without else {
                pieces.append((found, first.kind, [], true))
                continue
            }
            let (before, after) = (DiskPart(without, partition.range), DiskPart(with, partition.range))
            pieces.append(
                (
                    found, first.kind, by.changes(of: found, from: before, to: after),
                    before.differs(from: after, in: found.bytes)
                ))
        }
        // Of a torn write the part that is there; of a whole one what was not there already.
        let changed = pieces.filter(\.isChanged)
        return changed.isEmpty ? pieces : changed
    }

    /// The disk at the end of the recording and at its beginning.
    private var ends: [CrashState] {
        [space.trace.writes.count, 0].compactMap { try? CrashState(.prefix($0), in: space) }
    }

    private mutating func table(_ state: CrashState) -> PartitionTable? {
        if let known = tables[state.id] { return known }
        let table = PartitionTable(DiskPart(state))
        tables[state.id] = .some(table)
        return table
    }

    private mutating func reader(of partition: Partition, in state: CrashState) -> (any FileSystemReader)? {
        let key = Key(state: state.id, start: partition.range.lowerBound)
        if let known = readers[key] { return known }
        guard readerCount < Self.readerLimit else { return nil }
        readerCount += 1
        let part = DiskPart(state, partition.range)
        let reader: (any FileSystemReader)? =
            ExtFileSystem(part) ?? FATFileSystem(part) ?? BootEnvironment(part)
        readers[key] = .some(reader)
        return reader
    }
}

extension WrittenPlace {
    /// Small for what says most about a failure.
    fileprivate var weight: Int {
        guard !changes.isEmpty else { return 100 }
        return switch structure {
        case .directory, .environment, .partitionTable: 0
        case .inodeTable, .fileMap, .allocationTable: 1
        case .fileData, .journal: 2
        case .superblock, .bootSector: 3
        case .attributes, .inodeBitmap, .groupDescriptors: 4
        case .blockBitmap, .fsInfo, .reserved, .free, .raw: 5
        }
    }
}
