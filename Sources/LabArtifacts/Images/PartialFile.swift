import Crypto
import NIOCore

/// A download on disk with the digest of what it holds.
struct PartialFile: Sendable {
    let file: HostFile
    private(set) var size: Int64 = 0
    private var digest = SHA256()

    init(_ path: String) throws {
        file = try HostFile.create(path, mode: 0o600)
    }

    /// Lower-case hexadecimal.
    var sha256: String { ImageDigests.hexadecimal(digest.finalize()) }

    /// Writes and hashes off the cooperative pool.
    func appending(_ buffer: ByteBuffer) async throws -> PartialFile {
        try await BlockingWork.run { [self] _ in
            var copy = self
            try buffer.withUnsafeReadableBytes { bytes in
                try file.write(bytes, at: size)
                copy.digest.update(bufferPointer: bytes)
            }
            copy.size += Int64(buffer.readableBytes)
            return copy
        }
    }

    /// Forgets all that was received.
    mutating func restart() throws {
        try file.truncate(to: 0)
        size = 0
        digest = SHA256()
    }
}
