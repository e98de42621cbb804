import LabModel
import Synchronization

/// A clock that stands until the test moves it.
final class ManualClock: LabClock {
    private let now = Atomic<Int64>(1_000_000_000)

    func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: now.load(ordering: .relaxed)) }

    func wall() -> WallTime { WallTime(nanoseconds: now.load(ordering: .relaxed)) }

    func sleep(until deadline: MonotonicTime) async throws {
        while monotonic() < deadline {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    func advance(by duration: Duration) {
        now.wrappingAdd(duration.nanoseconds, ordering: .relaxed)
    }
}
