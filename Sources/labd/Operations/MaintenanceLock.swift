import Glibc
import LabModel

/// Keeps retention from removing what a backup is about to copy: a backup shares it, retention has it for itself, for
/// one small step at a time. The kernel drops it when the process ends, however it ends.
struct MaintenanceLock: ~Copyable {
    private let descriptor: Int32

    enum Use {
        /// A backup: waits for the step of retention that is under way.
        case backup
        /// A step of retention: gives way to a backup.
        case removal
    }

    /// - Returns: nil when retention has to give way.
    /// - Throws: `infrastructure` when the file cannot be used.
    init?(state: String, _ use: Use) throws(Failure) {
        let path = state + "/maintenance.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .infrastructure, "the lock of the state folder cannot be opened: \(String(cString: strerror(errno)))",
                at: path)
        }
        let operation = use == .backup ? LOCK_SH : LOCK_EX | LOCK_NB
        while flock(descriptor, operation) != 0 {
            if errno == EINTR { continue }
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
