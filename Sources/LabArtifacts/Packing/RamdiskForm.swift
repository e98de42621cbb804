import CArchive

/// How a part of a ramdisk begins: a cpio archive, or one of the compressions that the kernel takes.
enum RamdiskForm: Hashable, Sendable, CaseIterable {
    case cpio, gzip, xz, zstd, bzip2, lzma, lz4, lzo

    var magic: [UInt8] {
        switch self {
        case .cpio: Array("07070".utf8)
        case .gzip: [0x1f, 0x8b]
        case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]
        case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
        case .bzip2: Array("BZh".utf8)
        case .lzma: [0x5d, 0, 0]
        // The kernel's lz4 is the legacy frame.
        case .lz4: [0x02, 0x21, 0x4c, 0x18]
        case .lzo: [0x89, 0x4c, 0x5a, 0x4f]
        }
    }

    init?(_ start: [UInt8]) {
        guard let form = Self.allCases.first(where: { start.starts(with: $0.magic) }) else { return nil }
        self = form
    }

    /// libarchive's filter; nil where it would start another program, and for plain cpio.
    var filter: Int32? {
        switch self {
        case .gzip: ARCHIVE_FILTER_GZIP
        case .xz: ARCHIVE_FILTER_XZ
        case .zstd: ARCHIVE_FILTER_ZSTD
        case .bzip2: ARCHIVE_FILTER_BZIP2
        case .lzma: ARCHIVE_FILTER_LZMA
        case .lz4: ARCHIVE_FILTER_LZ4
        case .cpio, .lzo: nil
        }
    }

    /// Zero bytes needed at least before the next archive. A legacy lz4 frame has no end mark: the kernel's
    /// decompressor (lib/decompress_unlz4.c) reads on and takes a zero length for the end.
    var endPadding: Int64 { self == .lz4 ? 4 : 0 }
}
