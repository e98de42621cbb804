/// A partition as its table names it.
struct Partition: Hashable, Sendable {
    var number: Int
    /// Empty where the table has no names.
    var name: String
    /// Bytes of the disk.
    var range: Range<Int>
}

/// GPT or MBR, whatever is there and makes sense.
struct PartitionTable: Sendable {
    var partitions: [Partition]
    /// Where the table itself lies, in bytes of the disk, with a name for each part.
    var regions: [(range: Range<Int>, words: String)]

    /// More entries than this in a table are not looked at.
    private static let entryLimit = 512

    /// - Returns: nil for a disk without a table.
    init?(_ disk: DiskPart) {
        guard let first = disk.fields(at: 0, count: sectorSize) else { return nil }
        let last = disk.count / sectorSize - 1
        if let table = Self.gpt(disk, header: 1) ?? Self.gpt(disk, header: last) {
            self = table
            return
        }
        guard first.u16(510) == 0xaa55, let table = Self.mbr(first, disk) else { return nil }
        self = table
    }

    private init(partitions: [Partition], regions: [(range: Range<Int>, words: String)]) {
        self.partitions = partitions
        self.regions = regions
    }

    /// The partition that holds `offset`.
    func partition(at offset: Int) -> Partition? {
        partitions.first { $0.range.contains(offset) }
    }

    // MARK: GPT (UEFI 2.10, section 5.3)

    private static func gpt(_ disk: DiskPart, header place: Int) -> PartitionTable? {
        guard place > 0, let header = disk.fields(at: place * sectorSize, count: sectorSize),
            header.starts(0, with: "EFI PART"), case let headerSize = header.u32(12),
            (92...sectorSize).contains(headerSize),
            isIntact(header, size: headerSize), let entriesAt = header.u64(72)
        else { return nil }
        let (count, size) = (header.u32(80), header.u32(84))
        guard (1...entryLimit).contains(count), (128...4096).contains(size), size % 8 == 0,
            entriesAt < disk.count / sectorSize,
            let entries = disk.fields(at: entriesAt * sectorSize, count: count * size),
            Int(CRC32.checksum(entries.bytes)) == header.u32(88)
        else { return nil }
        var partitions: [Partition] = []
        for index in 0..<count {
            let entry = entries.slice(index * size, size)
            guard !entry.slice(0, 16).isZeros, let begin = entry.u64(32), let end = entry.u64(40), begin > 0,
                end >= begin, end < disk.count / sectorSize
            else { continue }
            let units = (0..<36).map { UInt16(entry.u16(56 + $0 * 2)) }.prefix { $0 != 0 }
            partitions.append(
                Partition(
                    number: index + 1, name: Fields.printable(String(decoding: units, as: UTF16.self)),
                    range: begin * sectorSize..<(end + 1) * sectorSize))
        }
        let tableSectors = (count * size + sectorSize - 1) / sectorSize
        let last = disk.count / sectorSize - 1
        return PartitionTable(
            partitions: partitions,
            regions: [
                (0..<sectorSize, "protective master boot record"),
                (sectorSize..<2 * sectorSize, "GPT header"),
                (2 * sectorSize..<(2 + tableSectors) * sectorSize, "GPT entries"),
                (max(0, last - tableSectors) * sectorSize..<last * sectorSize, "backup of the GPT entries"),
                (last * sectorSize..<(last + 1) * sectorSize, "backup of the GPT header"),
            ])
    }

    private static func isIntact(_ header: Fields, size: Int) -> Bool {
        var bytes = Array(header.bytes.prefix(size))
        for place in 16..<20 { bytes[place] = 0 }
        return Int(CRC32.checksum(bytes)) == header.u32(16)
    }

    // MARK: MBR, with its logical partitions

    private static func mbr(_ first: Fields, _ disk: DiskPart) -> PartitionTable? {
        var partitions: [Partition] = []
        var regions: [(range: Range<Int>, words: String)] = [(0..<sectorSize, "master boot record")]
        let sectors = disk.count / sectorSize
        func entry(_ table: Fields, _ index: Int) -> (kind: Int, first: Int, count: Int)? {
            let place = 446 + index * 16
            // A boot sector of a file system has the same signature, and code where the flags are.
            guard [0, 0x80].contains(table.u8(place)) else { return nil }
            return (table.u8(place + 4), table.u32(place + 8), table.u32(place + 12))
        }
        var extended: Int?
        for index in 0..<4 {
            guard let found = entry(first, index) else { return nil }
            guard found.kind != 0 else { continue }
            guard found.first > 0, found.count > 0, found.first + found.count <= sectors else { return nil }
            if [0x05, 0x0f, 0x85].contains(found.kind) {
                extended = found.first
            } else {
                partitions.append(
                    Partition(
                        number: index + 1, name: "",
                        range: found.first * sectorSize..<(found.first + found.count) * sectorSize))
            }
        }
        var next = extended
        for number in 5..<64 {
            guard let place = next, let start = extended, place < sectors,
                let table = disk.fields(at: place * sectorSize, count: sectorSize), table.u16(510) == 0xaa55,
                let own = entry(table, 0), own.count > 0, place + own.first + own.count <= sectors
            else { break }
            regions.append((place * sectorSize..<(place + 1) * sectorSize, "extended boot record"))
            partitions.append(
                Partition(
                    number: number, name: "",
                    range: (place + own.first) * sectorSize..<(place + own.first + own.count) * sectorSize))
            next = entry(table, 1).flatMap { $0.count > 0 && $0.first > 0 ? start + $0.first : nil }
        }
        return partitions.isEmpty ? nil : PartitionTable(partitions: partitions, regions: regions)
    }
}
