import CSerial
import Glibc

/// A process that this one started, by descriptor.
final class ChildProcess: Sendable {
    let descriptor: Int32
    private let identifier: pid_t

    /// Nil when there is no such process.
    init?(_ identifier: pid_t) {
        let descriptor = lab_pidfd_open(identifier)
        guard descriptor >= 0 else { return nil }
        self.identifier = identifier
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    var hasEnded: Bool { lab_pidfd_ended(descriptor) != 0 }

    /// Sends SIGKILL to the process group that this process leads. Called before the process is reaped, so that its
    /// group's number cannot belong to anybody else.
    func killGroup() { _ = kill(-identifier, SIGKILL) }
}
