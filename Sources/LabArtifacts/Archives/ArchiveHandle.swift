import CArchive
import LabModel

/// A libarchive object, freed when it goes.
final class ArchiveHandle {
    let pointer: OpaquePointer
    private let release: (OpaquePointer) -> Void

    private init(_ pointer: OpaquePointer?, release: @escaping (OpaquePointer) -> Void) throws(Failure) {
        guard let pointer else { throw Failure(.infrastructure, "libarchive has no memory left") }
        self.pointer = pointer
        self.release = release
    }

    deinit {
        release(pointer)
    }

    static func reading() throws(Failure) -> ArchiveHandle {
        try ArchiveHandle(archive_read_new()) { archive_read_free($0) }
    }

    static func writing() throws(Failure) -> ArchiveHandle {
        try ArchiveHandle(archive_write_new()) { archive_write_free($0) }
    }

    /// - Throws: `job` with what libarchive says, unless `status` is a success or a warning.
    func check(_ status: Int32, _ complaint: String) throws(Failure) {
        if status < ARCHIVE_WARN { throw refusal(complaint) }
    }

    func refusal(_ complaint: String) -> Failure {
        let reason = archive_error_string(pointer).map { String(cString: $0) }
        // What libarchive says when a filter gave it nothing.
        if reason == "Unrecognized archive format" { return Failure(.job, complaint) }
        return Failure(.job, reason.map { "\(complaint): \(ArchivePath.shown($0))" } ?? complaint)
    }

    /// The next entry; nil at the end.
    func nextEntry(_ complaint: String) throws(Failure) -> ArchiveEntry? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(pointer, &entry)
        if status == ARCHIVE_EOF { return nil }
        try check(status, complaint)
        guard let entry else { throw refusal(complaint) }
        return try ArchiveEntry(entry)
    }

    /// Hands the entry's data to `sink` where libarchive has it, without another copy.
    func readBlocks(_ complaint: String, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        var block: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        while true {
            let status = archive_read_data_block(pointer, &block, &count, &offset)
            if status == ARCHIVE_EOF { return }
            guard status == ARCHIVE_OK else { throw refusal(complaint) }
            if count > 0 { try sink(UnsafeRawBufferPointer(start: block, count: count)) }
        }
    }

    /// Hands the entry's data to `sink`, holes as zeros.
    func readData(_ complaint: String, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = archive_read_data(pointer, block.baseAddress, block.count)
            if count == 0 { return }
            // A warning here is a checksum or a length that does not fit: an error for us.
            if count < 0 { throw refusal(complaint) }
            try sink(UnsafeRawBufferPointer(rebasing: block[..<Int(count)]))
        }
    }
}
