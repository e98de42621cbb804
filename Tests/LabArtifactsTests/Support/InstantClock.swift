import LabModel
import Synchronization

/// A clock that never waits: each sleep ends at once and moves the time.
final class InstantClock: LabClock {
    private let now = Mutex<Int64>(1_000_000_000)

    func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: now.withLock { $0 }) }

    func wall() -> WallTime { WallTime(nanoseconds: now.withLock { $0 }) }

    func sleep(until deadline: MonotonicTime) async throws {
        try Task.checkCancellation()
        now.withLock { $0 = max($0, deadline.nanoseconds) }
    }
}
