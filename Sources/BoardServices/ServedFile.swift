import Glibc
import LabModel
import NIOCore

/// A file that is being sent, open until the last reference goes. Its calls block.
final class ServedFile: Sendable {
    let path: String
    let size: Int64
    private let descriptor: Int32

    /// - Throws: `infrastructure` when it is no regular file that can be read.
    init(_ path: String) throws(Failure) {
        // Without O_NONBLOCK, opening a FIFO would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure("open", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.failure("serve", path, EINVAL)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// - Throws: `infrastructure` when fewer than `count` bytes are there.
    func read(at offset: Int64, count: Int) throws(Failure) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let position = off_t(offset) + off_t(buffer.readableBytes)
            let wanted = count - buffer.readableBytes
            var code: Int32 = 0
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                let got = pread(descriptor, bytes.baseAddress, wanted, position)
                code = got < 0 ? errno : 0
                return max(0, got)
            }
            if code == EINTR { continue }
            guard got > 0 else { throw Self.failure("read", path, code == 0 ? EIO : code) }
        }
        return buffer
    }

    private static func failure(_ operation: String, _ path: String, _ code: Int32) -> Failure {
        Failure(.infrastructure, "cannot \(operation) \(path): \(String(cString: strerror(code)))")
    }
}
