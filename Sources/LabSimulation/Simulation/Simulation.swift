internal import CSimulation
import HeapModule
public import LabModel
import Synchronization

/// Runs tasks on the caller's thread, in an order that a seed decides, in a time of its own.
///
/// Of all jobs that are ready chance picks the next; time stands still while any is, and then moves to the next moment
/// that somebody sleeps for. With the same seed everything happens again in the same order, provided that the tasks ask
/// nothing outside: no other clock, no other thread, no order of a `Dictionary`
/// (`SWIFT_DETERMINISTIC_HASHING=1` settles the last). Tasks that would run on the global executor run here too.
public final class Simulation: TaskExecutor {
    /// What a step did.
    public enum Step: Sendable {
        /// A job ran.
        case ran
        /// The clock moved.
        case advanced
        /// Nothing is ready and nobody sleeps: whoever still waits waits for ever.
        case nothing
    }

    private struct Sleeper {
        let owner: Int
        let continuation: UnsafeContinuation<Void, any Error>
    }

    private struct Moment: Comparable {
        let deadline: MonotonicTime
        let number: Int

        static func < (lhs: Moment, rhs: Moment) -> Bool {
            (lhs.deadline, lhs.number) < (rhs.deadline, rhs.number)
        }
    }

    private struct State {
        var chance: SplitMix64
        var now = MonotonicTime(nanoseconds: 0)
        var wallOffset: Int64
        var ready: [UnownedJob] = []
        var moments = Heap<Moment>()
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var nextNumber = 0
        var steps = 0
        var escapes = 0
        var activities: [Int: String] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter start: the calendar's time when the monotonic time is 0.
    public init(seed: UInt64, start: WallTime = WallTime(nanoseconds: 1_800_000_000_000_000_000)) {
        state = Mutex(State(chance: SplitMix64(seed: seed), wallOffset: start.nanoseconds))
    }

    // MARK: - Running

    /// Runs `body` with this simulation in charge of the calling thread: whatever starts tasks or takes steps does it in
    /// here. Not within another one's.
    public func inCharge<Value>(_ body: () throws -> Value) rethrows -> Value {
        let context = Unmanaged.passUnretained(self).toOpaque()
        simulation_receive(context) { context, job, isDelayed in
            guard let context, let job else { return }
            Unmanaged<Simulation>.fromOpaque(context).takeUnretainedValue().take(
                unsafeBitCast(job, to: UnownedJob.self), isDelayed: isDelayed != 0)
        }
        defer { simulation_receive(nil, nil) }
        return try body()
    }

    /// Starts a task in the simulation.
    ///
    /// - Parameter name: told by `waiting` until it ends.
    /// - Returns: cancels it.
    @discardableResult
    public func start(_ name: String, _ body: @escaping @Sendable () async -> Void) -> @Sendable () -> Void {
        let number = state.withLock { state in
            state.nextNumber += 1
            state.activities[state.nextNumber] = name
            return state.nextNumber
        }
        let task = Task(executorPreference: self) {
            await body()
            self.state.withLock { state in _ = state.activities.removeValue(forKey: number) }
        }
        return { task.cancel() }
    }

    /// Runs one job that is ready; where none is, moves the clock to the next moment that somebody sleeps for.
    public func step() -> Step {
        if runOne() { return .ran }
        return advance() ? .advanced : .nothing
    }

    /// Runs what is ready, without moving the clock.
    ///
    /// - Returns: false when there was still something after `limit` jobs.
    public func settle(limit: Int) -> Bool {
        for _ in 0..<limit where !runOne() { return true }
        return false
    }

    private func runOne() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.ready.isEmpty else { return nil }
            let last = state.ready.count - 1
            if last > 0 { state.ready.swapAt(Int(state.chance.next(upperBound: UInt64(last + 1))), last) }
            state.steps += 1
            return state.ready.removeLast()
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }

    private func advance() -> Bool {
        let due = state.withLock { state -> [UnsafeContinuation<Void, any Error>]? in
            var due: [UnsafeContinuation<Void, any Error>] = []
            while let next = state.moments.min, due.isEmpty || next.deadline <= state.now {
                state.moments.removeMin()
                guard let sleeper = state.sleepers.removeValue(forKey: next.number) else { continue }
                state.now = max(state.now, next.deadline)
                due.append(sleeper.continuation)
            }
            return due.isEmpty ? nil : due
        }
        guard let due else { return false }
        for continuation in due { continuation.resume() }
        return true
    }

    // MARK: - What it knows

    /// Jobs run so far.
    public var steps: Int { state.withLock { $0.steps } }

    /// Jobs that came from another thread or asked for the host's clock: with any, a seed may not replay.
    public var escapes: Int { state.withLock { $0.escapes } }

    /// Names of the started tasks that have not ended, oldest first.
    public var waiting: [String] {
        state.withLock { state in state.activities.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// A number from the seed, the same at the same step.
    public func chance() -> UInt64 {
        state.withLock { $0.chance.next() }
    }

    // MARK: - Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        take(UnownedJob(job), isDelayed: simulation_context() != Unmanaged.passUnretained(self).toOpaque())
    }

    private func take(_ job: UnownedJob, isDelayed: Bool) {
        state.withLock { state in
            state.ready.append(job)
            if isDelayed { state.escapes += 1 }
        }
    }

    // MARK: - Time

    /// Since the beginning.
    public var now: MonotonicTime { state.withLock { $0.now } }

    public var wall: WallTime {
        state.withLock { WallTime(nanoseconds: $0.wallOffset + $0.now.nanoseconds) }
    }

    /// Somebody sets the calendar's clock; the monotonic one does not notice.
    public func jump(by duration: Duration) {
        state.withLock { $0.wallOffset += duration.nanoseconds }
    }

    func sleep(until deadline: MonotonicTime, owner: Int) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                add(continuation, number: number, deadline: deadline, owner: owner)
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// Ends the sleep of everybody whose clock has this owner.
    func wake(owner: Int) {
        let sleepers = state.withLock { state in
            let found = state.sleepers.filter { $0.value.owner == owner }.sorted { $0.key < $1.key }
            for (number, _) in found { state.sleepers[number] = nil }
            return found.map(\.value.continuation)
        }
        for sleeper in sleepers { sleeper.resume(throwing: CancellationError()) }
    }

    private func add(
        _ continuation: UnsafeContinuation<Void, any Error>, number: Int, deadline: MonotonicTime, owner: Int
    ) {
        enum Answer { case cancelled, due, waits }
        let answer = state.withLock { state -> Answer in
            if state.cancelled.remove(number) != nil { return .cancelled }
            guard deadline > state.now else { return .due }
            state.sleepers[number] = Sleeper(owner: owner, continuation: continuation)
            state.moments.insert(Moment(deadline: deadline, number: number))
            return .waits
        }
        switch answer {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .due: continuation.resume()
        case .waits: break
        }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let sleeper = state.sleepers.removeValue(forKey: number) else {
                state.cancelled.insert(number)
                return nil
            }
            return sleeper
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
