import Foundation
import Glibc
public import LabModel

/// The file that holds the token of the TCP listener, readable for its owner only.
public struct TokenFile: Sendable {
    public var path: String

    public init(path: String) {
        self.path = path
    }

    /// Reads the token, or makes one of 32 random bytes when there is no file yet.
    ///
    /// - Throws: `configuration` when the file cannot be read or written, is empty, or is readable for others.
    public func loadOrCreate(using generator: inout some RandomNumberGenerator) throws(Failure) -> String {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 {
            guard errno == EEXIST else { throw trouble("cannot be written") }
            return try load()
        }
        defer { close(descriptor) }
        let digits = Array("0123456789abcdef")
        let token = String((0..<64).map { _ in digits[Int(generator.next() & 15)] })
        let line = Array((token + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
            throw trouble("cannot be written")
        }
        return token
    }

    private func load() throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw trouble("cannot be read") }
        defer { close(descriptor) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int else { throw trouble("cannot be read") }
        guard mode & 0o077 == 0 else {
            throw Failure(
                .configuration, "the token file is readable for others", at: path, advice: "run: chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw trouble("cannot be read") }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        guard let token = text.split(whereSeparator: \.isWhitespace).first, token.count >= 16 else {
            throw Failure(
                .configuration, "the token file holds no token of at least 16 characters", at: path,
                advice: "remove it; labd makes a new one")
        }
        return String(token)
    }

    private func trouble(_ what: String) -> Failure {
        Failure(.configuration, "the token file \(what): \(String(cString: strerror(errno)))", at: path)
    }
}
