import CArchive
import LabModel

/// Takes one layer of compression off a file. Stricter than the libraries alone: a broken checksum, a cut end and
/// anything after the end are errors.
struct Unpacker {
    var limits: UnpackLimits

    /// Unpacks `source` into `target`, which is empty; zero blocks become holes.
    ///
    /// - Returns: the size unpacked, in bytes.
    /// - Throws: `Failure` of type `job` when the file is not what it says, `HostError`, `CancellationError`.
    func unpack(
        _ source: HostFile, _ compression: ImageRequest.Compression, to target: HostFile,
        cancellation: CancellationFlag
    ) throws -> Int64 {
        let size = try source.size()
        guard size > 0 else { throw Failure(.job, "is empty, not \(compression.rawValue)") }
        var budget = UnpackBudget(limits, packedBytes: size)
        var writer = SparseWriter(target)
        let sink = { (bytes: UnsafeRawBufferPointer) throws in
            try cancellation.check()
            try budget.take(bytes.count)
            try writer.write(bytes)
        }
        switch compression {
        case .gz:
            var reader = GzipReader(source)
            try reader.read(sink)
        case .xz: try CompressedStream(source, filter: ARCHIVE_FILTER_XZ, name: "xz").read(sink)
        case .bz2: try CompressedStream(source, filter: ARCHIVE_FILTER_BZIP2, name: "bz2").read(sink)
        case .zstd: try CompressedStream(source, filter: ARCHIVE_FILTER_ZSTD, name: "zstd").read(sink)
        case .zip: try ZipMember(source).read(sink)
        }
        try writer.finish()
        return writer.position
    }
}
