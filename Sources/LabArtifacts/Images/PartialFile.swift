import Crypto
import NIOCore

/// A download on disk with the digest of what it holds.
struct PartialFile: Sendable {
    let file: HostFile
    private var writer: SparseWriter
    private var digest = SHA256()

    init(_ path: String) throws {
        file = try HostFile.create(path, mode: 0o600)
        writer = SparseWriter(file)
    }

    var size: Int64 { writer.position }

    /// Lower-case hexadecimal.
    var sha256: String { ImageDigests.hexadecimal(digest.finalize()) }

    /// Writes and hashes off the cooperative pool. Blocks of zeros stay holes.
    func appending(_ buffer: ByteBuffer) async throws -> PartialFile {
        try await BlockingWork.run { [self] _ in
            var copy = self
            try buffer.withUnsafeReadableBytes { bytes in
                try copy.writer.write(bytes)
                copy.digest.update(bufferPointer: bytes)
            }
            return copy
        }
    }

    /// Gives the file its length and waits for the disk: under its digest as its name, nobody asks again what is in it.
    func finish() async throws {
        try await BlockingWork.run { [self] _ in
            try writer.finish()
            try file.synchronize()
        }
    }

    /// Forgets all that was received.
    mutating func restart() throws {
        try file.truncate(to: 0)
        writer = SparseWriter(file)
        digest = SHA256()
    }
}
