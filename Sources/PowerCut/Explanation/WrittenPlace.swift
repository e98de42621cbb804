/// What a write wrote to: partition, structure of the file system, file.
public struct WrittenPlace: Hashable, Sendable, Codable {
    /// The kinds of things that lie on a disk.
    public enum Structure: String, Hashable, Sendable, Codable, CaseIterable {
        /// GPT or MBR.
        case partitionTable = "partition table"
        case superblock
        case groupDescriptors = "group descriptors"
        case blockBitmap = "block bitmap"
        case inodeBitmap = "inode bitmap"
        case inodeTable = "inode table"
        case directory
        case journal
        /// Where a file's content lies: extents, indirect blocks.
        case fileMap = "file map"
        case attributes = "extended attributes"
        case fileData = "file"
        case free = "free space"
        /// FAT: the first sector.
        case bootSector = "boot sector"
        case reserved
        /// FAT: the count of free clusters.
        case fsInfo = "FSInfo"
        case allocationTable = "allocation table"
        /// A copy of U-Boot's environment.
        case environment = "U-Boot environment"
        /// Nothing that is known here.
        case raw
    }

    /// Number in the partition table; nil outside of all partitions, and on a disk without a table.
    public var partition: Int?
    public var partitionName: String?
    /// `ext4`, `vfat`, …; nil when none was recognised.
    public var fileSystem: String?
    public var structure: Structure
    /// The file or directory.
    public var path: String?
    /// The same in words: `directory /`, `inode table of group 0`, `journal, block 7 of 1024 (commit)`.
    public var words: String
    /// First byte on the disk.
    public var offset: Int
    public var length: Int
    /// What the write changed there, most important first; empty when the format does not tell.
    public var changes: [String]

    init(
        partition: Partition?, fileSystem: String?, _ found: FoundStructure, on disk: Range<Int>, changes: [String] = []
    ) {
        self.partition = partition?.number
        partitionName = partition?.name
        self.fileSystem = fileSystem
        structure = found.structure
        path = found.path
        words = found.words
        offset = disk.lowerBound
        length = disk.count
        self.changes = changes
    }

    /// `directory / on partition 1 "boot" (ext4)`.
    public var text: String {
        guard let partition else { return words }
        let name = partitionName.map { $0.isEmpty ? "" : " \"\($0)\"" } ?? ""
        return "\(words) on partition \(partition)\(name)" + (fileSystem.map { " (\($0))" } ?? "")
    }
}

/// A write with everything that is known of what it wrote.
public struct NamedWrite: Hashable, Sendable, Codable {
    /// Its number in the recording, or in the recovery boot's if `isOfRecovery`.
    public var number: Int
    public var isOfRecovery: Bool
    /// First byte on the disk.
    public var offset: Int
    public var length: Int
    /// At most `WriteNamer.placeLimit` of them.
    public var places: [WrittenPlace]
    /// Places that were left out.
    public var morePlaces: Int

    /// `write 67: directory / on partition 1 "boot" (ext4): "boot.scr" names inode 13 (all zeros in this state) instead
    /// of 12, and 3 more places`.
    public var text: String {
        "write \(number)" + (isOfRecovery ? " of the recovery boot" : "") + ": " + what
    }

    /// The first place, with what it says now.
    var what: String {
        guard let first = places.first else { return "\(length) bytes at \(offset)" }
        let more = places.count - 1 + morePlaces
        return first.text + (first.changes.first.map { ": \($0)" } ?? "")
            + (more > 0 ? ", and \(more) more \(more == 1 ? "place" : "places")" : "")
    }
}

/// What lies at some bytes of a partition.
struct FoundStructure: Hashable, Sendable {
    var structure: WrittenPlace.Structure
    /// Bytes of the partition.
    var bytes: Range<Int>
    var words: String
    var path: String?
    /// Group, inode or cluster: what tells neighbours of the same structure apart.
    var number = 0
}
