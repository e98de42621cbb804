import CArchive
import Glibc
import LabModel

/// A form in which an image comes.
enum ImageForm: String, CaseIterable {
    case raw, zst, gz, xz, bz2

    var isSlow: Bool { self == .xz || self == .bz2 }

    var compression: ImageRequest.Compression? {
        switch self {
        case .raw: nil
        case .gz: .gz
        case .xz: .xz
        case .zst: .zstd
        case .bz2: .bz2
        }
    }

    /// What unpacks it: labd's own choice.
    var library: String {
        switch self {
        case .raw: "read to nowhere"
        case .gz: "zlib to nowhere"
        case .xz, .zst, .bz2: "libarchive to nowhere"
        }
    }

    private var compressionLevel: String? {
        switch self {
        case .raw: nil
        case .gz: "6"
        case .xz: "1"
        case .zst: "3"
        case .bz2: "9"
        }
    }

    /// How it was packed, for a note.
    var level: String { compressionLevel.map { " at level \($0)" } ?? "" }

    /// Packs `image` as the usual tool does at a usual level.
    func pack(_ image: SampleImage, to path: String) throws {
        guard let archive = archive_write_new() else { throw BenchError("no memory") }
        defer { archive_write_free(archive) }
        archive_write_set_format_raw(archive)
        let filter =
            switch self {
            case .gz: archive_write_add_filter_gzip(archive)
            case .xz: archive_write_add_filter_xz(archive)
            case .zst: archive_write_add_filter_zstd(archive)
            case .bz2: archive_write_add_filter_bzip2(archive)
            case .raw: ARCHIVE_FATAL
            }
        guard filter == ARCHIVE_OK,
            archive_write_set_filter_option(archive, nil, "compression-level", compressionLevel) == ARCHIVE_OK,
            archive_write_open_filename(archive, path) == ARCHIVE_OK, let entry = archive_entry_new()
        else { throw BenchError("cannot pack \(rawValue)") }
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, UInt32(Glibc.S_IFREG))
        archive_write_header(archive, entry)
        let piece = 1 << 20
        for offset in stride(from: 0, to: image.size, by: piece) {
            let count = min(piece, image.size - offset)
            guard archive_write_data(archive, image.bytes.baseAddress.map { $0 + offset }, count) == count else {
                throw BenchError("cannot pack \(rawValue)")
            }
        }
        guard archive_write_close(archive) == ARCHIVE_OK else { throw BenchError("cannot pack \(rawValue)") }
    }

    /// The floor's first half: the same library, and nobody takes what it gives.
    ///
    /// - Returns: the bytes that came out.
    func unpackToNowhere(_ path: String) throws -> Int {
        switch self {
        case .raw: try Self.read(path)
        case .gz: try Self.inflateAll(path)
        case .xz: try Self.filter(ARCHIVE_FILTER_XZ, path)
        case .zst: try Self.filter(ARCHIVE_FILTER_ZSTD, path)
        case .bz2: try Self.filter(ARCHIVE_FILTER_BZIP2, path)
        }
    }

    static func read(_ path: String) throws -> Int {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw BenchError("cannot open \(path)") }
        defer { close(descriptor) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)
        defer { block.deallocate() }
        var total = 0
        while true {
            let count = Glibc.read(descriptor, block.baseAddress, block.count)
            if count <= 0 { return total }
            total += count
        }
    }

    private static func inflateAll(_ path: String) throws -> Int {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw BenchError("cannot open \(path)") }
        defer { close(descriptor) }
        let input = UnsafeMutablePointer<UInt8>.allocate(capacity: 256 * 1024)
        let output = UnsafeMutablePointer<UInt8>.allocate(capacity: 256 * 1024)
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer {
            inflateEnd(stream)
            stream.deallocate()
            input.deallocate()
            output.deallocate()
        }
        inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        var total = 0
        while true {
            let count = Glibc.read(descriptor, input, 256 * 1024)
            if count <= 0 { return total }
            stream.pointee.next_in = input
            stream.pointee.avail_in = UInt32(count)
            repeat {
                stream.pointee.next_out = output
                stream.pointee.avail_out = 256 * 1024
                let status = inflate(stream, Z_NO_FLUSH)
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    throw BenchError("zlib stumbled: \(status)")
                }
                total += 256 * 1024 - Int(stream.pointee.avail_out)
            } while stream.pointee.avail_out == 0
        }
    }

    private static func filter(_ filter: Int32, _ path: String) throws -> Int {
        guard let archive = archive_read_new() else { throw BenchError("no memory") }
        defer { archive_read_free(archive) }
        archive_read_append_filter(archive, filter)
        archive_read_support_format_raw(archive)
        var entry: OpaquePointer?
        guard archive_read_open_filename(archive, path, 256 * 1024) == ARCHIVE_OK,
            archive_read_next_header(archive, &entry) == ARCHIVE_OK
        else { throw BenchError("libarchive stumbled over \(path)") }
        var total = 0
        var block: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        while archive_read_data_block(archive, &block, &count, &offset) == ARCHIVE_OK { total += count }
        return total
    }
}
