import Glibc

/// An open file of the host, closed when the last reference goes.
package final class HostFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Takes an open file over.
    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Opens a regular file for reading.
    ///
    /// - Throws: `HostError`; anything but a regular file is `EINVAL`.
    package static func read(_ path: String) throws -> HostFile {
        // Without O_NONBLOCK, opening a FIFO would wait for its writer.
        let file = try opened(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw HostError("read as a regular file", path, code: EINVAL)
        }
        return file
    }

    /// Creates a file that must not exist.
    static func create(_ path: String, mode: mode_t = 0o644) throws -> HostFile {
        try opened(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: mode)
    }

    /// Creates a file in place of whatever file had its name.
    static func replace(_ path: String, mode: mode_t = 0o644) throws -> HostFile {
        if unlink(path) != 0, errno != ENOENT { throw HostError("replace", path) }
        return try create(path, mode: mode)
    }

    /// Creates a file that has no name any more: whatever happens, it goes with its last reference.
    ///
    /// - Parameter path: the name that it has for a moment.
    static func nameless(_ path: String) throws -> HostFile {
        let file = try replace(path, mode: 0o600)
        unlink(path)
        return file
    }

    private static func opened(_ path: String, _ flags: Int32, mode: mode_t = 0) throws -> HostFile {
        let descriptor = open(path, flags, mode)
        guard descriptor >= 0 else { throw HostError("open", path) }
        return HostFile(path: path, descriptor: descriptor)
    }

    func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw HostError("stat", path) }
        return status
    }

    func size() throws -> Int64 {
        Int64(try status().st_size)
    }

    /// Reads at most `buffer.count` bytes at `offset`; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw HostError("read", path) }
        }
    }

    /// Reads `count` bytes at `offset`, or as many as there are.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        var filled = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = try read(into: rest, at: offset + Int64(filled))
                if got == 0 { break }
                filled += got
            }
            initialized = filled
        }
        return bytes
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw HostError("write", path)
            }
            done += count
        }
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws {
        try bytes.withUnsafeBytes { try write($0, at: offset) }
    }

    func truncate(to size: Int64) throws {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw HostError("truncate", path) }
    }

    /// Hands the bytes from `offset` to the end to `body`, block by block.
    package func forEachBlock(
        from offset: Int64 = 0, size: Int = 256 * 1024, cancellation: CancellationFlag? = nil,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { block.deallocate() }
        var position = offset
        while true {
            try cancellation?.check()
            let count = try read(into: block, at: position)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
            position += Int64(count)
        }
    }
}
