import Dispatch
import LabModel
import Testing

@testable import LabStore

@Suite struct GroupCommitTests {
    let folder: TemporaryFolder
    let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private var threaded: DatabaseWriter {
        get throws { try #require(store.writer as? DatabaseWriter) }
    }

    @Test func twoHundredCallersGetTheirOwnJobs() async throws {
        let jobs = try await withThrowingTaskGroup(of: (Int, JobID).self) { group in
            for number in 0..<200 {
                group.addTask { [store] in (number, try await store.submit(.sample("job \(number)"))) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(Set(jobs.values).count == 200)
        for (number, job) in jobs { #expect(try await store.job(job)?.name == "job \(number)") }
        let events = try await store.events(after: 0, job: nil, limit: 1000)
        #expect(events.map(\.sequence) == Array(1...200))
    }

    @Test func waitingCallersShareATransaction() async throws {
        let gate = DispatchSemaphore(value: 0)
        try threaded.thread.run { gate.wait() }
        let transactions = try await transactions(after: gate, writes: 20)
        #expect(transactions == 1)
        #expect(try await store.jobCount(JobQuery()) == 20)
    }

    @Test func moreThanOneTransactionHoldsAllGetThrough() async throws {
        let gate = DispatchSemaphore(value: 0)
        try threaded.thread.run { gate.wait() }
        let transactions = try await transactions(after: gate, writes: 600)
        #expect(transactions == 3)
        #expect(try await store.jobCount(JobQuery()) == 600)
    }

    @Test func oneFailingWriteLeavesTheOthersAlone() async throws {
        let gate = DispatchSemaphore(value: 0)
        try threaded.thread.run { gate.wait() }
        async let good = store.submit(.sample("good"))
        async let bad = failure(of: { [store] () async throws(Failure) in
            try await store.setHealth(.bad, of: BoardName(rawValue: "nobody"), reason: nil)
        })
        async let alsoGood = store.submit(.sample("also good"))
        gate.signal()
        let ids = try await [good, alsoGood]
        let refusal = await bad
        #expect(refusal == Failure(.job, "there is no board named nobody"))
        #expect(Set(ids.map(\.rawValue)) == [1, 2])
        #expect(try await store.events(after: 0, job: nil, limit: 10).map(\.sequence) == [1, 2])
    }

    @Test func whatAFailedWriteDidIsUndone() async throws {
        let undone = await failure(of: { [store] () async throws(Failure) in
            try await store.writer.write { context in
                try context.emit(.progress, ["percent": 1])
                throw Failure(.test, "after the event")
            }
        })
        #expect(undone == Failure(.test, "after the event"))
        #expect(try await store.events(after: 0, job: nil, limit: 10).isEmpty)
        try await store.append([NewEvent(kind: .progress)])
        #expect(try await store.events(after: 0, job: nil, limit: 10).map(\.sequence) == [1])
    }

    private func failure(of body: @Sendable () async throws(Failure) -> Void) async -> Failure? {
        do throws(Failure) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    /// Starts `writes` submissions while the writing thread is held, and counts the transactions they take.
    private func transactions(after gate: DispatchSemaphore, writes: Int) async throws -> Int {
        let writer = try threaded
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<writes {
                group.addTask { [store] in _ = try? await store.submit(.sample("held \(number)")) }
            }
            while writer.waiting < writes { await Task.yield() }
            gate.signal()
        }
        return await writer.transactions
    }
}
