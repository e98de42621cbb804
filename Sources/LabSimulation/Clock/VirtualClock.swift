public import LabModel
import Synchronization

/// A clock that stands still until a test moves it.
public final class VirtualClock: LabClock {
    private struct Sleeper {
        let number: Int
        let deadline: MonotonicTime
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let arrival: AsyncStream<Void>.Continuation
    }

    private struct State {
        var now = MonotonicTime(nanoseconds: 0)
        var autoAdvances: Bool
        var nextNumber = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []
    }

    private let start: WallTime
    private let state: Mutex<State>

    /// - Parameters:
    ///   - start: the calendar's time when the monotonic time is 0.
    ///   - autoAdvances: whether a sleep moves the clock to its own end at once. Good where only one thing sleeps at
    ///     a time; with several, a time-out would win against the work it guards.
    public init(start: WallTime = WallTime(nanoseconds: 1_800_000_000_000_000_000), autoAdvances: Bool = false) {
        self.start = start
        state = Mutex(State(autoAdvances: autoAdvances))
    }

    public func monotonic() -> MonotonicTime {
        state.withLock { $0.now }
    }

    public func wall() -> WallTime {
        WallTime(nanoseconds: start.nanoseconds + monotonic().nanoseconds)
    }

    public func sleep(until deadline: MonotonicTime) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(number: number, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// How many sleep now.
    public var sleepers: Int {
        state.withLock { $0.sleepers.count }
    }

    /// Moves the clock and wakes those whose time has come, in the order of their deadlines.
    public func advance(by duration: Duration) {
        advance(to: monotonic().advanced(by: duration))
    }

    /// Moves the clock to the earliest deadline that anybody sleeps for.
    ///
    /// - Returns: false when nobody sleeps.
    @discardableResult
    public func advanceToEarliestSleeper() -> Bool {
        guard let deadline = state.withLock({ $0.sleepers.map(\.deadline).min() }) else { return false }
        advance(to: deadline)
        return true
    }

    /// Returns once at least `count` sleep at the same time, or the task is cancelled.
    public func waitForSleepers(_ count: Int = 1) async {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let isThere = state.withLock { state in
            if state.sleepers.count >= count { return true }
            state.watchers.append(Watcher(count: count, arrival: arrival))
            return false
        }
        if isThere { return }
        for await _ in arrivals { return }
    }

    private func add(_ sleeper: Sleeper) {
        enum Answer {
            case cancelled, due, waits
        }
        let (answer, watchers) = state.withLock { state -> (Answer, [Watcher]) in
            if state.cancelled.remove(sleeper.number) != nil { return (.cancelled, []) }
            if state.autoAdvances { state.now = max(state.now, sleeper.deadline) }
            if sleeper.deadline <= state.now { return (.due, []) }
            state.sleepers.append(sleeper)
            let count = state.sleepers.count
            let satisfied = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (.waits, satisfied)
        }
        switch answer {
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        case .due: sleeper.continuation.resume()
        case .waits: break
        }
        for watcher in watchers { watcher.arrival.yield() }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                // Cancelled before it fell asleep, or after it woke; the number is never used again.
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }

    private func advance(to time: MonotonicTime) {
        let due = state.withLock { state in
            state.now = max(state.now, time)
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return due
        }
        for sleeper in due.sorted(by: { $0.deadline < $1.deadline }) { sleeper.continuation.resume() }
    }
}
