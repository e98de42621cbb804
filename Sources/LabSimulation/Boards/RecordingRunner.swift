public import LabModel
import Synchronization

/// Stands in for the engine: each run lasts until the test ends it, or its task is cancelled.
public final class RecordingRunner: JobRunner {
    /// One run that began.
    public struct Run: Hashable, Sendable {
        public var lease: Lease
        public var plan: JobPlan
    }

    private struct Waiter {
        let count: Int
        let arrival: AsyncStream<Void>.Continuation
    }

    private struct State {
        var runs: [Run] = []
        var active: [JobID: AsyncStream<JobOutcome>.Continuation] = [:]
        var waiters: [Waiter] = []
    }

    private let body: (@Sendable (Run, any Board) async -> JobOutcome)?
    private let whenEnded: (@Sendable (Lease) async -> Void)?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - body: what a run does; nil waits for `end`.
    ///   - whenEnded: waited for when a lease has ended.
    public init(
        _ body: (@Sendable (Run, any Board) async -> JobOutcome)? = nil,
        whenEnded: (@Sendable (Lease) async -> Void)? = nil
    ) {
        self.whenEnded = whenEnded
        self.body = body
    }

    /// Every run that began, in order.
    public var runs: [Run] { state.withLock { $0.runs } }

    /// Jobs that run now.
    public var active: Set<JobID> { state.withLock { Set($0.active.keys) } }

    /// Returns once `count` runs have begun in all, or the task is cancelled.
    public func waitForRuns(_ count: Int) async {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let isThere = state.withLock { state in
            if state.runs.count >= count { return true }
            state.waiters.append(Waiter(count: count, arrival: arrival))
            return false
        }
        if isThere { return }
        for await _ in arrivals { return }
    }

    /// Ends the run of `job`.
    public func end(_ job: JobID, _ outcome: JobOutcome = JobOutcome(health: .complete)) {
        let active = state.withLock { $0.active[job] }
        active?.yield(outcome)
    }

    public func ended(_ lease: Lease) async { await whenEnded?(lease) }

    public func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        let run = Run(lease: lease, plan: plan)
        let (ends, continuation) = AsyncStream.makeStream(of: JobOutcome.self)
        let waiters = state.withLock { state in
            state.runs.append(run)
            state.active[lease.job] = continuation
            let count = state.runs.count
            defer { state.waiters.removeAll { $0.count <= count } }
            return state.waiters.filter { $0.count <= count }
        }
        for waiter in waiters { waiter.arrival.yield() }
        defer { state.withLock { $0.active[lease.job] = nil } }
        if let body { return await body(run, board) }
        for await outcome in ends { return outcome }
        return JobOutcome(health: .canceled, failure: Failure(.canceled, "the run was cancelled"))
    }
}
