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
        if filter == ARCHIVE_FILTER_XZ { try XzLayout(source).check(range) }
        if filter == ARCHIVE_FILTER_LZMA { try checkLzma(range) }
        let archive = try ArchiveHandle.reading()
        try archive.check(archive_read_append_filter(archive.pointer, filter), "is not \(name)")
        try archive.check(archive_read_support_format_raw(archive.pointer), "is not \(name)")
        let input = RangeInput(source, range)
        defer { withExtendedLifetime(input) {} }
        try archive.check(input.open(archive), "is not sound \(name) data")
        var entry: OpaquePointer?
        try archive.check(archive_read_next_header(archive.pointer, &entry), "is not sound \(name) data")
        try archive.readBlocks("is not sound \(name) data", sink)
        return archive_filter_bytes(archive.pointer, -1)
    }

    /// The old lzma format keeps its dictionary's size in bytes 1 to 4 (LZMA SDK, lzma-specification.txt).
    private func checkLzma(_ range: Range<Int64>) throws {
        let header = try source.bytes(at: range.lowerBound, count: 5)
        let size = header.dropFirst().reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard size <= XzLayout.maximumDictionary else { throw XzLayout.tooMuchMemory(size) }
    }
}
