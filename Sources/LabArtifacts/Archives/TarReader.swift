import CArchive
import LabModel

/// Reads a tar archive, plain or under one layer of gzip, xz, bzip2 or zstd.
struct TarReader {
    private static let complaint = "is not a sound tar archive"
    private let archive: ArchiveHandle

    init(_ path: String) throws {
        let file = try HostFile.read(path)
        // libarchive does not compare gzip's checksums.
        if try file.bytes(at: 0, count: 2) == [0x1f, 0x8b] { try GzipReader(file).read { _ in } }
        archive = try ArchiveHandle.reading()
        let filters = [
            archive_read_support_filter_gzip, archive_read_support_filter_xz, archive_read_support_filter_bzip2,
            archive_read_support_filter_zstd,
        ]
        for filter in filters { try archive.check(filter(archive.pointer), Self.complaint) }
        try archive.check(archive_read_support_format_tar(archive.pointer), Self.complaint)
        try archive.check(archive_read_open_filename(archive.pointer, path, 128 * 1024), Self.complaint)
        // libarchive counts the file itself as a filter.
        guard archive_filter_count(archive.pointer) <= 2 else {
            throw Failure(.job, "is compressed more than once", advice: "compress the archive once")
        }
    }

    func next() throws(Failure) -> ArchiveEntry? {
        try archive.nextEntry(Self.complaint)
    }

    func readData(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try archive.readData(Self.complaint, sink)
    }
}
