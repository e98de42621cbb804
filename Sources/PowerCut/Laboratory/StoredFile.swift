import Glibc
import LabModel

/// A file that stays readable as it was opened, whatever becomes of its name.
final class StoredFile: ReadableFile {
    let size: Int64
    private let descriptor: Int32
    private let path: String

    /// - Throws: `infrastructure` when it cannot be opened.
    init(path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MappedBytes.failure("cannot open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let failure = MappedBytes.failure("cannot examine", path)
            close(descriptor)
            throw failure
        }
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int64, length: Int) throws(Failure) -> [UInt8] {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, length - count, off_t(offset) + count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = MappedBytes.failure("cannot read", path) }
                guard got > 0 else { return }
                count += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
