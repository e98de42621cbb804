import Glibc
import LabModel
import Synchronization

/// Remembers the digests of files that jobs name again and again. A file that was changed or replaced has another time
/// of change (`ctime`, which no program can set) or another number.
final class FileDigests: Sendable {
    private struct Identity: Hashable {
        var device: UInt64
        var number: UInt64
        var size: Int64
        var changed: Int64
    }

    private static let maximumFiles = 1024
    /// The kernel's clock for file times stands still for some milliseconds: a file that was changed just now may
    /// change once more under the same time.
    private static let settled: Int64 = 2_000_000_000

    private let known = Mutex<[Identity: String]>([:])

    /// - Parameter now: of the host's clock.
    func sha256(of file: HostFile, at now: WallTime, _ cancellation: CancellationFlag) throws -> String {
        let identity = Self.identity(try file.status())
        if let digest = known.withLock({ $0[identity] }) { return digest }
        let digest = try ImageDigests.sha256(of: file, cancellation)
        if try identity == Self.identity(file.status()), now.nanoseconds - identity.changed > Self.settled {
            known.withLock { known in
                if known.count >= Self.maximumFiles { known.removeAll() }
                known[identity] = digest
            }
        }
        return digest
    }

    private static func identity(_ status: stat) -> Identity {
        Identity(
            device: UInt64(status.st_dev), number: UInt64(status.st_ino), size: Int64(status.st_size),
            changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }
}
