import Glibc
public import LabModel

/// The proof that this process is the only labd on a state folder: an exclusive `flock` on a file that names the
/// holder. The kernel drops it when the process ends, however it ends.
public final class StoreLock: Sendable {
    public let path: String
    private let descriptor: Int32

    /// Takes the lock at once.
    ///
    /// - Throws: `configuration` when another process holds it or the file cannot be made.
    public init(path: String) throws(Failure) {
        self.path = path
        // Without O_CLOEXEC a child would keep the lock beyond our death.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .configuration, "the lock file cannot be opened: \(String(cString: strerror(errno)))", at: path,
                advice: "make the state folder writable for this user, or choose another one")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(in: descriptor)
            close(descriptor)
            throw Failure(
                .configuration, "another labd\(holder.map { " (process \($0))" } ?? "") uses this state folder",
                at: path, advice: "stop it first, or give this one a state folder of its own")
        }
        self.descriptor = descriptor
        write("\(getpid())\n")
    }

    deinit {
        close(descriptor)
    }

    /// Writes the epoch beside the process id, for people who look into the file.
    public func record(_ epoch: Epoch) {
        write("\(getpid()) \(epoch)\n")
    }

    private func write(_ text: String) {
        // The text only informs: the lock itself does not depend on it.
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func holder(in descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let digits = bytes.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}
