import LabModel
import Synchronization

/// A cut of a board whose power is a process: one signal, through a descriptor that was opened beforehand.
final class ProcessCut: PreparedCut {
    private let process: GuardedProcess
    private let clock: any LabClock
    private let fired = Mutex<MonotonicTime?>(nil)

    init(process: GuardedProcess, clock: any LabClock) {
        self.process = process
        self.clock = clock
    }

    func fire() -> MonotonicTime {
        fired.withLock { fired in
            if let fired { return fired }
            process.handle.kill()
            let now = clock.monotonic()
            fired = now
            return now
        }
    }

    func confirm() async throws(Failure) {
        guard fired.withLock({ $0 }) != nil else { throw Failure(.bug, "a cut was confirmed before it was fired") }
        try await process.end(clock: clock)
    }
}
