import Dispatch
import LabModel
import Testing

@testable import LabStore

/// Jobs whose recordings of power cuts another one works with.
@Suite struct WantedRecordingTests {
    let folder: TemporaryFolder
    let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    /// A job that has ended.
    private func recorded() async throws -> JobID {
        let job = try await store.submit(.sample())
        _ = try await store.cancel(job, by: "me", reason: nil)
        return job
    }

    private func job(_ action: Action) -> NewJob {
        let plan = JobPlan(
            name: "wants", deviceType: DeviceTypeName(rawValue: "qemu"), timeouts: JobTimeouts(job: .seconds(60)),
            blocks: [ActionBlock(index: 0, action: action)])
        return NewJob(plan: plan, definition: "d", submitter: "me")
    }

    private func exploration(of job: JobID) -> NewJob {
        self.job(
            .powerCutExploration(
                PowerCutExploration(
                    name: "x", run: "update", alive: PowerCutAction.Alive(marker: "up"), newVersion: "2",
                    trace: PowerCutExploration.Source(job: job))))
    }

    private func sampling(at job: JobID) -> NewJob {
        self.job(
            .powerCutSampling(
                PowerCutSampling(
                    name: "x", run: "update", targets: PowerCutSampling.Targets(job: job),
                    alive: PowerCutAction.Alive(marker: "up"), newVersion: "2")))
    }

    @Test(arguments: [true, false]) func theirJobsStayUntilItHasEnded(explores: Bool) async throws {
        let job = try await recorded()
        let waiting = try await store.submit(explores ? exploration(of: job) : sampling(at: job))
        #expect(try await store.condemn([job], keepLast: 0).isEmpty)
        #expect(try await store.forgetLogs(of: [job], keepLast: 0).isEmpty)
        _ = try await store.cancel(waiting, by: "me", reason: nil)
        #expect(try await store.forgetLogs(of: [job], keepLast: 0) == [job])
        #expect(try await store.condemn([job], keepLast: 0) == [job])
    }

    @Test func oneThatWasPinnedKeepsThem() async throws {
        let job = try await recorded()
        let user = try await store.submit(exploration(of: job))
        _ = try await store.cancel(user, by: "me", reason: nil)
        try await store.pin(user, true, by: "ann")
        #expect(try await store.condemn([job], keepLast: 0).isEmpty)
    }

    /// The submission stands before the removal at the writer, and behind what the removal has read.
    @Test func oneThatIsSubmittedMeanwhileCounts() async throws {
        let job = try await recorded()
        let other = try await recorded()
        let late = exploration(of: job)
        let writer = try #require(store.writer as? DatabaseWriter)
        let gate = DispatchSemaphore(value: 0)
        writer.thread.run { gate.wait() }
        async let submitted = store.submit(late)
        while writer.waiting < 1 { await Task.yield() }
        async let condemned = store.condemn([job, other], keepLast: 0)
        while writer.waiting < 2 { await Task.yield() }
        gate.signal()
        _ = try await submitted
        let going = try await condemned
        #expect(going == [other])
    }
}
