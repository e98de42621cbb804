import Crypto
import Glibc
import LabModel

/// Files with their SHA-256, in pieces that fit the memory.
enum DigestedCopy {
    private static let piece = 1 << 20

    /// What was read.
    struct Outcome: Equatable {
        var size: Int64
        /// Lower-case hexadecimal.
        var sha256: String
    }

    /// The digest of a file.
    ///
    /// - Throws: `infrastructure`.
    static func digest(of path: String) throws(Failure) -> Outcome {
        try read(path, limit: nil) { _ throws(Failure) in }
    }

    /// Copies a file with its mode and returns once it is on the disk. Runs of zeros become holes.
    ///
    /// - Parameter limit: takes no more than so many bytes: what is appended meanwhile is left out.
    /// - Throws: `infrastructure`.
    static func copy(_ source: String, to target: String, mode: mode_t, limit: Int64? = nil) throws(Failure) -> Outcome
    {
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard output >= 0 else { throw failure("be made", target) }
        defer { close(output) }
        var place: Int64 = 0
        let outcome = try read(source, limit: limit) { bytes throws(Failure) in
            let isHole = bytes.allSatisfy { $0 == 0 }
            if !isHole { try write(bytes, at: place, to: output, target) }
            place += Int64(bytes.count)
        }
        guard ftruncate(output, off_t(place)) == 0, fchmod(output, mode) == 0, fsync(output) == 0 else {
            throw failure("be written", target)
        }
        return outcome
    }

    private static func read(
        _ path: String, limit: Int64?, _ take: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Outcome {
        let input = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { throw failure("be read", path) }
        defer { close(input) }
        var digest = SHA256()
        var buffer = [UInt8](repeating: 0, count: piece)
        var size: Int64 = 0
        while size < limit ?? .max {
            let wanted = Int(min(Int64(piece), (limit ?? .max) - size))
            let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, wanted) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("be read", path) }
            if count == 0 { break }
            buffer[..<count].withUnsafeBytes { digest.update(bufferPointer: $0) }
            try take(buffer[..<count])
            size += Int64(count)
        }
        return Outcome(size: size, sha256: digest.finalize().map(hexadecimal).joined())
    }

    private static func write(
        _ bytes: ArraySlice<UInt8>, at place: Int64, to output: Int32, _ path: String
    ) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(output, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(place) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("be written", path) }
            written += count
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        let advice = errno == ENOSPC ? "free some space there" : nil
        return Failure(
            .infrastructure, "a file cannot \(what): \(String(cString: strerror(errno)))", at: path, advice: advice)
    }
}
