import CArchive
import LabModel

/// Reads a file through exactly one libarchive filter.
struct CompressedStream {
    private let source: HostFile
    private let filter: Int32
    private let name: String

    /// - Parameter filter: `ARCHIVE_FILTER_…`; no other is tried, and none below it.
    init(_ source: HostFile, filter: Int32, name: String) {
        self.source = source
        self.filter = filter
        self.name = name
    }

    func read(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let size = try source.size()
        // The filters stop at the end of their data and say nothing of what follows.
        guard try read(0..<size, sink) == size else {
            throw Failure(.job, "has bytes after the end of its \(name) data")
        }
    }

    /// Reads the data that begins at the start of `range`; nothing beyond the range is looked at.
    ///
    /// - Returns: the bytes of the file that the data took.
    func read(_ range: Range<Int64>, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws -> Int64 {
        let archive = try ArchiveHandle.reading()
        try archive.check(archive_read_append_filter(archive.pointer, filter), "is not \(name)")
        try archive.check(archive_read_support_format_raw(archive.pointer), "is not \(name)")
        let input = RangeInput(source, range)
        defer { withExtendedLifetime(input) {} }
        try archive.check(input.open(archive), "is not sound \(name) data")
        var entry: OpaquePointer?
        try archive.check(archive_read_next_header(archive.pointer, &entry), "is not sound \(name) data")
        try archive.readData("is not sound \(name) data", sink)
        return archive_filter_bytes(archive.pointer, -1)
    }
}
