import CArchive
import Glibc
import LabModel

/// What an archive says of one of its entries.
struct ArchiveEntry: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink(String)
        /// Another name of an entry that came before.
        case hardLink(String)
        /// A device, FIFO or socket.
        case special
    }

    var path: String
    var kind: Kind
    /// Permission bits.
    var mode: UInt16
    var size: Int64

    init(path: String, kind: Kind, mode: UInt16, size: Int64) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.size = size
    }

    init(_ entry: OpaquePointer) throws(Failure) {
        guard let path = Self.text(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry)) else {
            throw Failure(.job, "holds an entry without a readable name")
        }
        self.path = path
        mode = UInt16(truncatingIfNeeded: archive_entry_perm(entry)) & 0o7777
        size = archive_entry_size(entry)
        if let target = Self.text(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry)) {
            kind = .hardLink(target)
            return
        }
        switch mode_t(archive_entry_filetype(entry)) {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK:
            kind = .symbolicLink(
                Self.text(archive_entry_symlink_utf8(entry), archive_entry_symlink(entry)) ?? "")
        default: kind = .special
        }
    }

    // In the C locale libarchive converts one of the two forms only, and which depends on the archive.
    private static func text(_ utf8: UnsafePointer<CChar>?, _ local: UnsafePointer<CChar>?) -> String? {
        (utf8 ?? local).map { String(cString: $0) }
    }
}
