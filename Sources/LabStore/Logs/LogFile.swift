import Glibc
import LabModel

/// The file of one job's log: whole lines at its end and nothing else.
struct LogFile: ~Copyable {
    private let descriptor: Int32
    /// Bytes of whole lines.
    private(set) var length: Int64

    /// Opens the file for appending, or makes it. A last line that a crash left torn is cut off.
    ///
    /// - Throws: `infrastructure` when that cannot be done.
    init(path: String) throws(Failure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot be opened", at: path) }
        let whole = Self.endOfLastLine(descriptor)
        guard whole >= 0, ftruncate(descriptor, off_t(whole)) == 0 else {
            let failure = Self.failure("cannot be read", at: path)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        length = whole
    }

    deinit {
        close(descriptor)
    }

    /// Appends whole lines, or nothing.
    ///
    /// - Returns: whether they were written.
    mutating func append(_ lines: [UInt8]) -> Bool {
        var written = 0
        while written < lines.count {
            let count = lines.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                // Half a line would spoil the next one. If even this fails, reopening cuts it.
                _ = ftruncate(descriptor, off_t(length))
                return false
            }
            written += count
        }
        length += Int64(lines.count)
        return true
    }

    /// Returns once what was appended is on disk.
    func synchronize() {
        _ = fdatasync(descriptor)
    }

    /// The place after the last newline; -1 when the file cannot be read.
    private static func endOfLastLine(_ descriptor: Int32) -> Int64 {
        var end = Int64(lseek(descriptor, 0, SEEK_END))
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while end > 0 {
            let start = max(0, end - Int64(block.count))
            let wanted = Int(end - start)
            let count = block.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, off_t(start)) }
            guard count == wanted else { return -1 }
            if let newline = block[..<count].lastIndex(of: UInt8(ascii: "\n")) { return start + Int64(newline) + 1 }
            end = start
        }
        return end
    }

    private static func failure(_ what: String, at path: String) -> Failure {
        Failure(.infrastructure, "the job's log \(what): \(String(cString: strerror(errno)))", at: path)
    }
}
