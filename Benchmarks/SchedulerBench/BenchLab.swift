import BenchKit
import Foundation
import LabModel
import LabScheduler
import LabSimulation
import LabStore
import Logging
import Synchronization

/// A lab of model boards with the real scheduler over the real store in a file, and jobs that end when they are told.
struct BenchLab: Sendable {
    let folder: String
    let store: SQLiteStore
    let runner: HeldRunner
    let scheduler: Scheduler
    let commits = CommitTimes()

    static let types = 20

    /// - Parameters:
    ///   - boards: of twenty types.
    ///   - jobs: waiting, from twenty submitters, each with a text of `textBytes`.
    init(boards: Int, jobs: Int, textBytes: Int = 1000) async throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("labd-bench-\(getpid())-\(boards)-\(jobs)")
            .path
        try? FileManager.default.removeItem(atPath: folder)
        let clock = SystemLabClock()
        store = try SQLiteStore(path: folder + "/labd.db", clock: clock)
        let definitions = (0..<boards).map { Self.board($0) } + [.sample("spare", type: "spare")]
        try await store.setBoards(definitions)
        let epoch = try await store.beginEpoch()
        runner = HeldRunner()
        let registry = BenchBoards(
            definitions.map { ModelBoard($0.name.rawValue, type: $0.type.rawValue, clock: clock) })
        scheduler = Scheduler(
            store: store, boards: registry, runner: runner, catalog: ModelCatalog(), clock: clock, epoch: epoch,
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        // Two hundred at a time: one transaction each.
        for start in stride(from: 0, to: jobs, by: 200) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 200, jobs) {
                    group.addTask { [store] in _ = try await store.submit(Self.job(number, textBytes: textBytes)) }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Runs the scheduler around `body`.
    func running<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let stream = store.eventCommits()
            group.addTask { await commits.follow(stream) }
            group.addTask { await scheduler.run() }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            await scheduler.stop()
            group.cancelAll()
            try? await group.waitForAll()
            return try result.get()
        }
    }

    /// Waits for the end of `job`.
    func finish(of job: JobID) async throws {
        let commits = store.eventCommits()
        if try await store.job(job)?.state == .finished { return }
        for await _ in commits where try await store.job(job)?.state == .finished { return }
    }

    func remove() async throws {
        try await store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func job(_ number: Int, textBytes: Int = 1000) -> NewJob {
        NewJob(
            plan: .sample("job-\(number % 500)", type: "type-\(number % types)"),
            definition: String(repeating: "# a job's text\n", count: max(1, textBytes / 15)),
            submitter: "ci-\(number % 20)")
    }

    private static func board(_ number: Int) -> BoardDefinition {
        .sample("board-\(number)", type: "type-\(number % types)")
    }
}

/// Boards by name, found at once however many there are.
struct BenchBoards: BoardRegistry {
    let names: [BoardName]
    private let boards: [BoardName: ModelBoard]

    init(_ boards: [ModelBoard]) {
        names = boards.map(\.name)
        self.boards = Dictionary(uniqueKeysWithValues: boards.map { ($0.name, $0) })
    }

    func board(_ name: BoardName) -> (any Board)? { boards[name] }
}

/// When each event was first seen to be committed.
final class CommitTimes: Sendable {
    private let times = Mutex<[(newest: Int64, at: Double)]>([])

    func follow(_ commits: AsyncStream<Int64>) async {
        for await newest in commits {
            let now = Cost.now
            times.withLock { $0.append((newest, now)) }
        }
    }

    /// Seconds from the commit of one event to that of the next of another kind.
    func time(from first: LabEvent.Kind, to second: LabEvent.Kind, in events: [LabEvent]) throws -> Double {
        guard let start = events.first(where: { $0.kind == first }),
            let end = events.first(where: { $0.kind == second && $0.sequence > start.sequence }),
            let began = time(of: start.sequence), let ended = time(of: end.sequence)
        else { throw Failure(.bug, "no \(first.rawValue) followed by \(second.rawValue)") }
        return ended - began
    }

    /// The time of the first commit that had `sequence`.
    private func time(of sequence: Int64) -> Double? {
        times.withLock { times in
            guard let index = times.lastIndex(where: { $0.newest < sequence }) else { return times.first?.at }
            return index + 1 < times.count ? times[index + 1].at : nil
        }
    }
}

/// Runs every job until it is told to end; notes when each began.
final class HeldRunner: JobRunner {
    private struct State {
        var ends: [JobID: AsyncStream<Void>.Continuation] = [:]
        var begins: [JobID: Double] = [:]
        var watchers: [JobID: AsyncStream<Void>.Continuation] = [:]
        var counters: [(count: Int, watcher: AsyncStream<Void>.Continuation)] = []
        var count = 0
    }

    private let state = Mutex(State())

    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        let (stream, end) = AsyncStream.makeStream(of: Void.self)
        let (watcher, counters) = state.withLock { state in
            state.ends[lease.job] = end
            state.begins[lease.job] = Cost.now
            state.count += 1
            let reached = state.counters.filter { $0.count <= state.count }.map(\.watcher)
            state.counters.removeAll { $0.count <= state.count }
            return (state.watchers.removeValue(forKey: lease.job), reached)
        }
        watcher?.finish()
        for counter in counters { counter.finish() }
        for await _ in stream { break }
        return JobOutcome(health: Task.isCancelled ? .canceled : .complete)
    }

    /// Returns when so many runs have begun.
    func waitForRuns(_ count: Int) async {
        let (stream, watcher) = AsyncStream.makeStream(of: Void.self)
        let isThere = state.withLock { state in
            if state.count >= count { return true }
            state.counters.append((count, watcher))
            return false
        }
        if isThere { return }
        for await _ in stream {}
    }

    var running: [JobID] { state.withLock { $0.ends.keys.sorted() } }
    var count: Int { state.withLock { $0.count } }

    func end(_ job: JobID) {
        state.withLock { $0.ends.removeValue(forKey: job) }?.finish()
    }

    /// When `job` began to run, waited for.
    func begin(of job: JobID) async -> Double {
        let (stream, watcher) = AsyncStream.makeStream(of: Void.self)
        let known = state.withLock { state -> Double? in
            if let begin = state.begins[job] { return begin }
            state.watchers[job] = watcher
            return nil
        }
        if let known { return known }
        for await _ in stream {}
        return state.withLock { $0.begins[job] } ?? 0
    }
}
