import CArchive
import LabModel

/// Reads a tar archive, plain or under one layer of gzip, xz, bzip2 or zstd. Stricter than libarchive alone: the end
/// mark must be there, and nothing but zero bytes may follow it.
final class TarReader {
    private static let complaint = "is not a sound tar archive"
    private static let compressions: [ImageRequest.Compression: [UInt8]] = [
        .gz: [0x1f, 0x8b], .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .bz2: Array("BZh".utf8),
        .zstd: [0x28, 0xb5, 0x2f, 0xfd],
    ]

    private let file: HostFile
    private let input: RangeInput
    private let archive: ArchiveHandle
    private let cancellation: CancellationFlag
    private var hasEntry = false

    /// A compressed archive is unpacked first, as an image is: into a file without a name beside it. So its checksums
    /// count, it is measured, and what is inside is not unpacked once more.
    init(_ path: String, limits: UnpackLimits, cancellation: CancellationFlag) throws {
        self.cancellation = cancellation
        let source = try HostFile.read(path)
        let start = try source.bytes(at: 0, count: 6)
        if let compression = Self.compressions.first(where: { start.starts(with: $0.value) })?.key {
            file = try HostFile.nameless(path + ".plain")
            _ = try Unpacker(limits: limits).unpack(source, compression, to: file, cancellation: cancellation)
        } else {
            file = source
        }
        archive = try ArchiveHandle.reading()
        input = RangeInput(file, 0..<(try file.size()))
        try archive.check(archive_read_append_filter(archive.pointer, ARCHIVE_FILTER_NONE), Self.complaint)
        try archive.check(archive_read_support_format_tar(archive.pointer), Self.complaint)
        try archive.check(input.open(archive), Self.complaint)
    }

    /// - Throws: `job` also where the archive ends without its mark, as one does that was cut between two entries.
    func next() throws -> ArchiveEntry? {
        if hasEntry { try archive.check(archive_read_data_skip(archive.pointer), Self.complaint) }
        let before = position
        if let entry = try archive.nextEntry(Self.complaint) {
            hasEntry = true
            return entry
        }
        guard position > before else { throw Failure(.job, "is cut: the mark at the end of the archive is missing") }
        try file.forEachDataBlock(cancellation: cancellation) { bytes, offset in
            let rest = bytes.dropFirst(Int(max(0, min(position - offset, Int64(bytes.count)))))
            guard rest.allSatisfy({ $0 == 0 }) else {
                throw Failure(.job, "has bytes after the end of the archive")
            }
        }
        return nil
    }

    func readData(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try archive.readData(Self.complaint, sink)
    }

    /// How much of the plain archive was used.
    private var position: Int64 { archive_filter_bytes(archive.pointer, -1) }
}
