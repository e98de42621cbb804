import Foundation
import LabModel
import LabSimulation
import LabStore
import Logging
import Synchronization

@testable import LabScheduler

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("labd-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A journal in memory that writes down what it is told, between whatever else the test notes.
final class JournalSpy: PowerJournal {
    private let state = Mutex<(notes: [String], intents: [PowerIntent], failure: Failure?)>(([], [], nil))

    var notes: [String] { state.withLock { $0.notes } }

    func note(_ text: String) {
        state.withLock { $0.notes.append(text) }
    }

    func fail(with failure: Failure?) {
        state.withLock { $0.failure = failure }
    }

    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return state.withLock { state in
            state.intents.append(intent)
            state.notes.append("begin \(state.intents.count) \(intent.kind.rawValue) \(intent.target)")
            return Int64(state.intents.count)
        }
    }

    func end(_ intent: Int64, state power: PowerState, note: String?) async throws(Failure) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        state.withLock { $0.notes.append("end \(intent) \(power)" + (note.map { ": \($0)" } ?? "")) }
    }

    func unresolvedIntents() async throws(Failure) -> [PowerIntent] { [] }
}

/// A lab in memory, but for its database.
struct Lab: Sendable {
    let folder: TemporaryFolder
    let clock = VirtualClock()
    let store: SQLiteStore
    let boards: [ModelBoard]
    let runner: RecordingRunner
    let scheduler: Scheduler
    let epoch: Epoch

    init(
        _ names: [String: [String]] = ["one": []], facts: PowerFacts = PowerFacts(),
        runner: RecordingRunner = RecordingRunner(), retries: Int = 0, checks: (any HealthChecks)? = nil
    ) async throws {
        folder = try TemporaryFolder()
        self.runner = runner
        store = try SQLiteStore(path: folder.path + "/labd.db", clock: clock)
        boards = names.sorted { $0.key < $1.key }.map { [clock] in ModelBoard($0.key, tags: $0.value, clock: clock) }
        try await store.setBoards(boards.map(\.definition))
        epoch = try await store.beginEpoch()
        scheduler = Scheduler(
            store: store, boards: ModelBoardRegistry(boards), runner: runner, catalog: ModelCatalog(power: facts),
            clock: clock, epoch: epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            retries: retries, checks: checks, leases: store)
    }

    /// Runs the scheduler around `body` and stops it afterwards.
    func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.run() }
            do {
                try await body()
            } catch {
                await scheduler.stop()
                throw error
            }
            await scheduler.stop()
            try await group.waitForAll()
        }
    }

    func submit(_ plan: JobPlan) async throws -> JobID {
        let job = try await store.submit(.sample(plan))
        await scheduler.jobWasSubmitted()
        return job
    }

    /// Returns the job as soon as `condition` holds for it.
    func job(_ id: JobID, where condition: (JobRecord) -> Bool) async throws -> JobRecord {
        let commits = store.eventCommits()
        if let job = try await store.job(id), condition(job) { return job }
        for await _ in commits {
            if let job = try await store.job(id), condition(job) { return job }
        }
        throw Failure(.test, "the store was closed before the job got there")
    }

    func finished(_ id: JobID) async throws -> JobRecord {
        try await job(id) { $0.state == .finished }
    }
}
