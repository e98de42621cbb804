import CArchive
import Glibc
import LabModel

/// Writes a tar or cpio archive to an open file, from its current end on.
struct ArchiveWriter {
    enum Format {
        /// GNU tar under gzip: long names, and BusyBox reads it.
        case gzippedTar
        /// "newc", what the kernel unpacks.
        case cpio
    }

    /// One second after 1970: the same input gives the same archive, and no board's clock is before it.
    private static let modificationTime: time_t = 1

    private let archive: ArchiveHandle
    private let format: Format

    init(_ format: Format, to file: HostFile) throws {
        self.format = format
        archive = try ArchiveHandle.writing()
        switch format {
        case .gzippedTar:
            try check(archive_write_set_format_gnutar(archive.pointer))
            try check(archive_write_add_filter_gzip(archive.pointer))
            // Without a time in its header the same input gives the same bytes.
            try check(archive_write_set_options(archive.pointer, "gzip:!timestamp"))
        case .cpio:
            try check(archive_write_set_format_cpio_newc(archive.pointer))
            try check(archive_write_add_filter_none(archive.pointer))
        }
        // No padding to tape blocks at the end.
        archive_write_set_bytes_in_last_block(archive.pointer, 1)
        guard lseek(file.descriptor, 0, SEEK_END) >= 0 else { throw HostError("seek", file.path) }
        try check(archive_write_open_fd(archive.pointer, file.descriptor))
    }

    /// Writes an entry's header; then come exactly `entry.size` bytes by `write`.
    func begin(_ entry: ArchiveEntry) throws {
        // newc keeps a size in eight hexadecimal digits.
        if format == .cpio, entry.size > Int64(UInt32.max) {
            throw Failure(.job, "`\(entry.path)` is larger than 4 GiB, more than a ramdisk can hold")
        }
        guard let raw = archive_entry_new() else { throw Failure(.infrastructure, "libarchive has no memory left") }
        defer { archive_entry_free(raw) }
        archive_entry_set_pathname(raw, entry.path)
        archive_entry_set_perm(raw, mode_t(entry.mode))
        archive_entry_set_mtime(raw, Self.modificationTime, 0)
        archive_entry_set_uid(raw, 0)
        archive_entry_set_gid(raw, 0)
        archive_entry_set_nlink(raw, 1)
        archive_entry_set_size(raw, 0)
        switch entry.kind {
        case .regular:
            archive_entry_set_filetype(raw, UInt32(Glibc.S_IFREG))
            archive_entry_set_size(raw, entry.size)
        case .directory: archive_entry_set_filetype(raw, UInt32(Glibc.S_IFDIR))
        case .symbolicLink(let target):
            archive_entry_set_filetype(raw, UInt32(Glibc.S_IFLNK))
            archive_entry_set_symlink(raw, target)
        case .hardLink, .special: throw Failure(.bug, "`\(entry.path)` cannot be packed")
        }
        try check(archive_write_header(archive.pointer, raw))
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if bytes.count == 0 { return }
        let written = archive_write_data(archive.pointer, bytes.baseAddress, bytes.count)
        guard written == bytes.count else { throw archive.refusal("cannot be packed") }
    }

    /// Writes the end mark. Nothing may follow.
    func finish() throws {
        try check(archive_write_close(archive.pointer))
    }

    private func check(_ status: Int32) throws(Failure) {
        if status < ARCHIVE_WARN {
            var failure = archive.refusal("cannot write the archive")
            failure.type = .infrastructure
            throw failure
        }
    }
}
