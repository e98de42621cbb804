import Glibc
import LabModel

/// A file that appears under its name when it is whole, with holes where it has zeros.
final class SparseFile {
    let path: String
    private let temporary: String
    private let descriptor: Int32
    private(set) var length: Int64 = 0
    private var isKept = false
    private let blockSize = 4096

    /// - Throws: when it cannot be made, or something other than a file has that name.
    init(path: String) throws(CommandError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Self.failure("\(path) is there already, and is no file")
        }
        self.path = path
        temporary = "\(path).part-\(getpid())"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("cannot write \(temporary): \(HostFiles.errorText())") }
    }

    deinit {
        close(descriptor)
        if !isKept { unlink(temporary) }
    }

    /// - Throws: when the disk is full.
    func append(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = UnsafeRawBufferPointer(rebasing: rest.prefix(blockSize - Int(length % Int64(blockSize))))
            if !Self.isZero(block) { try put(block) }
            length += Int64(block.count)
            rest = rest.dropFirst(block.count)
        }
    }

    /// Gives the file its name.
    ///
    /// - Returns: the bytes that it takes on the disk.
    func keep() throws(CommandError) -> Int64 {
        var status = stat()
        guard ftruncate(descriptor, off_t(length)) == 0, fstat(descriptor, &status) == 0, rename(temporary, path) == 0
        else {
            throw Self.failure("cannot write \(path): \(HostFiles.errorText())")
        }
        isKept = true
        return Int64(status.st_blocks) * 512
    }

    /// Whether the first byte is zero, and each other one like the one before it.
    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes[0] == 0 else { return bytes.isEmpty }
        return memcmp(start, start + 1, bytes.count - 1) == 0
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(length) + done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot write \(path): \(HostFiles.errorText())") }
            done += count
        }
    }

    private static func failure(_ message: String) -> CommandError {
        CommandError(.internalError, Failure(.infrastructure, message))
    }
}
