import LabModel
import Synchronization

/// A clock that moves only when a test moves it.
final class StillClock: LabClock {
    private struct Sleeper {
        var deadline: MonotonicTime
        var continuation: AsyncStream<Void>.Continuation
    }

    private struct State {
        var now = MonotonicTime(nanoseconds: 0)
        var sleepers: [Sleeper] = []
    }

    private let state = Mutex(State())

    func monotonic() -> MonotonicTime { state.withLock { $0.now } }
    func wall() -> WallTime { FakeStore.submitted }

    func sleep(until deadline: MonotonicTime) async throws {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        state.withLock { state in
            if state.now >= deadline {
                continuation.finish()
            } else {
                state.sleepers.append(Sleeper(deadline: deadline, continuation: continuation))
            }
        }
        for await _ in stream {}
        try Task.checkCancellation()
    }

    /// Moves time on and wakes whoever slept until then.
    func advance(by duration: Duration) {
        state.withLock { state in
            state.now = state.now.advanced(by: duration)
            for sleeper in state.sleepers where sleeper.deadline <= state.now { sleeper.continuation.finish() }
            state.sleepers.removeAll { $0.deadline <= state.now }
        }
    }

    /// How many sleep now.
    var sleepers: Int { state.withLock { $0.sleepers.count } }
}
