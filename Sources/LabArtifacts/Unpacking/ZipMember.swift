import CArchive
import LabModel

/// Reads the one file of a zip archive.
struct ZipMember {
    private let source: HostFile

    init(_ source: HostFile) {
        self.source = source
    }

    func read(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try checkEnd()
        let archive = try ArchiveHandle.reading()
        // The seekable reader trusts only the directory at the end, as every other tool does.
        try archive.check(archive_read_support_format_zip_seekable(archive.pointer), "is not zip")
        try archive.check(archive_read_open_filename(archive.pointer, source.path, 128 * 1024), "is not sound zip data")
        var files = 0
        while let entry = try archive.nextEntry("is not sound zip data") {
            if entry.kind == .directory { continue }
            guard entry.kind == .regular else {
                throw Failure(.job, "holds `\(entry.path)`, which is not a plain file")
            }
            guard !entry.path.split(separator: "/").contains("..") else {
                throw Failure(.job, "holds a file whose name leads out of its folder: `\(entry.path)`")
            }
            files += 1
            guard files == 1 else {
                throw Failure(
                    .job, "holds more than one file", advice: "a zip image holds exactly one file; pack it alone")
            }
            try archive.readData("is not sound zip data", sink)
        }
        guard files == 1 else { throw Failure(.job, "holds no file") }
    }

    /// The end record must be the end of the file: 22 bytes and a comment of the length it names
    /// (PKWARE APPNOTE 4.3.16). libarchive finds it anywhere near the end.
    private func checkEnd() throws {
        let size = try source.size()
        let tail = try source.bytes(at: max(0, size - 65_557), count: Int(min(size, 65_557)))
        guard tail.count >= 22 else { throw Failure(.job, "is cut: it has no zip directory") }
        for start in stride(from: tail.count - 22, through: 0, by: -1)
        where tail[start] == 0x50 && tail[start + 1] == 0x4b && tail[start + 2] == 5 && tail[start + 3] == 6 {
            let comment = Int(tail[start + 20]) | Int(tail[start + 21]) << 8
            guard start + 22 + comment == tail.count else {
                throw Failure(.job, "has bytes after the end of its zip data, or is cut")
            }
            return
        }
        throw Failure(.job, "is cut or not zip: it has no zip directory")
    }
}
