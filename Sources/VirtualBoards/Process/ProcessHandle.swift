import CSerial
import Glibc

/// A process by descriptor. Signals reach this process or nobody, never a later one with the same number.
final class ProcessHandle: Sendable {
    let identifier: pid_t
    private let descriptor: CInt

    /// Nil when there is no such process.
    init?(_ identifier: pid_t) {
        let descriptor = lab_pidfd_open(identifier)
        guard descriptor >= 0 else { return nil }
        self.identifier = identifier
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether the process has ended, reaped or not.
    var hasEnded: Bool { lab_pidfd_ended(descriptor) != 0 }

    /// Sends SIGKILL. Neither blocks nor suspends; false when the process is gone already.
    @discardableResult
    func kill() -> Bool { lab_pidfd_signal(descriptor, SIGKILL) == 0 }

    /// Sends SIGKILL to the process group that this process leads.
    func killGroup() {
        // While its leader can still be signalled, the group's number cannot belong to anybody else.
        guard lab_pidfd_signal(descriptor, 0) == 0 else { return }
        _ = Glibc.kill(-identifier, SIGKILL)
        kill()
    }
}
