import Glibc
import LabModel

@testable import LabArtifacts

/// Unpacks bytes of a test, again and again in the same folder.
final class Trial {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// - Returns: what came out.
    func unpack(
        _ bytes: [UInt8], _ compression: ImageRequest.Compression, limits: UnpackLimits = UnpackLimits()
    ) throws -> [UInt8] {
        let source = try HostFile.read(folder.write(bytes, to: "packed"))
        let target = try HostFile.replace(folder.path + "/unpacked")
        let size = try Unpacker(limits: limits).unpack(
            source, compression, to: target, cancellation: CancellationFlag())
        return try target.bytes(at: 0, count: Int(size))
    }

    /// What a refused file left behind: how far the file went, and what it took on the disk.
    func left() throws -> (size: Int64, allocated: Int64) {
        let status = try HostFile.read(folder.path + "/unpacked").status()
        return (Int64(status.st_size), Int64(status.st_blocks) * 512)
    }
}
