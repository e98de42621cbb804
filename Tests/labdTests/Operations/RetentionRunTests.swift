import Foundation
import LabModel
import LabSimulation
import LabStore
import Synchronization
import Testing

@testable import labd

@Suite struct RetentionRunTests {
    private let world: UpkeepWorld
    private static let day = Duration.seconds(86_400)

    init() throws {
        world = try UpkeepWorld()
    }

    private func run(
        _ policy: RetentionPolicy, level: DiskLevel = .ample, dryRun: Bool = false
    ) async throws -> RetentionReport {
        try await world.retention.run(policy, level: level, dryRun: dryRun)
    }

    private func exploration(of job: JobID) -> NewJob {
        let exploration = PowerCutExploration(
            name: "x", run: "update", alive: PowerCutAction.Alive(marker: "up"), newVersion: "2",
            trace: PowerCutExploration.Source(job: job))
        var plan = JobPlan.sample()
        plan.blocks = [ActionBlock(index: 0, action: .powerCutExploration(exploration))]
        return .sample(plan)
    }

    @Test func logsGoByAgeAndTheStoreKnows() async throws {
        let old = try await world.job()
        world.clock.advance(by: Self.day)
        let young = try await world.job()
        world.clock.advance(by: .seconds(1))
        let policy = RetentionPolicy(logs: Self.day, keepLast: 0)
        let dry = try await run(policy, dryRun: true)
        #expect(dry.logs.items == 1 && world.has(world.log(old)), "a dry run removes nothing")
        #expect(try await world.store.logRemoved(old) == nil)

        let report = try await run(policy)
        #expect(report.logs.items == 1 && report.logs.bytes > 0 && report.jobs.items == 0)
        #expect(!world.has(world.log(old)) && world.has(world.log(young)))
        #expect(try await world.store.logRemoved(old) != nil)
        #expect(try await world.store.job(old) != nil, "its results stay")
        #expect(try await run(policy).isEmpty, "once")
    }

    @Test func pinnedAndNewestOnesStay() async throws {
        var jobs: [JobID] = []
        for _ in 0..<4 { jobs.append(try await world.job(recording: true)) }
        try await world.store.pin(jobs[0], true, by: "ann")
        world.clock.advance(by: .seconds(10 * 86_400))
        let policy = RetentionPolicy(logs: Self.day, artifacts: Self.day, results: Self.day, keepLast: 2)
        let report = try await run(policy)
        #expect(report.jobs.items == 1)
        for job in [jobs[0], jobs[2], jobs[3]] {
            #expect(world.has(world.log(job)) && world.has(world.recording(job) + "/base.img"))
        }
        #expect(!world.has(world.log(jobs[1])) && !world.has(world.recording(jobs[1])))
        #expect(try await world.store.job(jobs[1]) == nil)
    }

    @Test func recordingsGoAndTheirReportsStay() async throws {
        let job = try await world.job(recording: true)
        world.clock.advance(by: .seconds(2 * 86_400))
        let report = try await run(RetentionPolicy(artifacts: Self.day, keepLast: 0))
        #expect(report.recordings.items == 3)
        let left = try FileManager.default.contentsOfDirectory(atPath: world.recording(job)).sorted()
        #expect(left == ["report.html", "report.json"])
        #expect(world.has(world.log(job)))
    }

    @Test func aRecordingThatAWaitingJobExploresStays() async throws {
        let recorded = try await world.job(recording: true)
        let user = try await world.store.submit(exploration(of: recorded))
        world.clock.advance(by: .seconds(2 * 86_400))
        let policy = RetentionPolicy(artifacts: Self.day, keepLast: 0)
        #expect(try await run(policy).isEmpty)
        _ = try await world.store.cancel(user, by: "me", reason: nil)
        #expect(try await run(policy).recordings.items == 3)
    }

    @Test func aJobWhoseRecordingAWaitingJobExploresStays() async throws {
        let recorded = try await world.job(recording: true)
        let user = try await world.store.submit(exploration(of: recorded))
        world.clock.advance(by: .seconds(2 * 86_400))
        let policy = RetentionPolicy(logs: Self.day, results: Self.day, keepLast: 0)
        #expect(try await run(policy, dryRun: true).isEmpty)
        let report = try await run(policy)
        #expect(report.jobs.items == 0 && report.logs.items == 0 && report.recordings.items == 0)
        #expect(world.has(world.recording(recorded) + "/base.img") && world.has(world.log(recorded)))
        #expect(try await world.store.job(recorded) != nil)
        _ = try await world.store.cancel(user, by: "me", reason: nil)
        #expect(try await run(policy, dryRun: true).jobs.items == 1)
        #expect(try await run(policy).jobs.items == 1)
        #expect(!world.has(world.recording(recorded)))
        #expect(try await world.store.job(recorded) == nil)
    }

    @Test func aJobThatIsPinnedDuringARunKeepsItsRecording() async throws {
        let jobs = [try await world.job(recording: true), try await world.job(recording: true)]
        world.clock.advance(by: .seconds(2 * 86_400))
        var retention = world.retention
        retention.pace = .seconds(1)
        let run = Task { [retention] in
            try await retention.run(
                RetentionPolicy(artifacts: Self.day, keepLast: 0), level: .ample, dryRun: false)
        }
        // After the first recording it pauses.
        await world.clock.waitForSleepers()
        try await world.store.pin(jobs[1], true, by: "ann")
        world.clock.advance(by: .seconds(1))
        await world.clock.waitForSleepers()
        world.clock.advance(by: .seconds(1))
        #expect(try await run.value.recordings.items == 3)
        #expect(!world.has(world.recording(jobs[0]) + "/base.img"))
        #expect(world.has(world.recording(jobs[1]) + "/base.img"))
    }

    @Test func aDryRunCountsEachFileOnce() async throws {
        _ = try await world.job(recording: true)
        world.clock.advance(by: .seconds(15 * 86_400))
        _ = try await world.job(recording: true)
        world.clock.advance(by: .seconds(5 * 86_400))
        let policy = RetentionPolicy(
            logs: Self.day, artifacts: Self.day, results: .seconds(10 * 86_400), keepLast: 0)
        let dry = try await run(policy, dryRun: true)
        #expect(dry.jobs.items == 1 && dry.logs.items == 2)
        #expect(dry.recordings.items == 4, "the folder of one, and three files of the other")
        let report = try await run(policy)
        #expect(dry.jobs == report.jobs && dry.logs == report.logs && dry.recordings == report.recordings)
    }

    @Test func cachedImagesGoWhileABackupIsMade() async throws {
        let lock = try MaintenanceLock(state: world.places.root, .backup)
        let job = try await world.job()
        world.clock.advance(by: .seconds(2 * 86_400))
        world.images.withLock { $0 = ["idle": 20] }
        let failure = await #expect(throws: Failure.self) {
            try await run(RetentionPolicy(logs: Self.day, keepLast: 0), level: .low)
        }
        #expect(failure?.message == "a backup is made just now")
        #expect(world.images.withLock { $0.isEmpty })
        #expect(world.has(world.log(job)))
        withExtendedLifetime(lock != nil) {}
    }

    @Test func whatARunLeftHalfDoneTheNextOneEnds() async throws {
        let logged = try await world.job()
        let condemned = try await world.job(recording: true)
        // As a crash leaves it: noted, and the files are there yet.
        #expect(try await world.store.forgetLogs(of: [logged], keepLast: 0) == [logged])
        #expect(try await world.store.condemn([condemned], keepLast: 0) == [condemned])
        let report = try await run(RetentionPolicy(results: .seconds(1000 * 86_400)))
        #expect(report.jobs.items == 1)
        #expect(!world.has(world.log(logged)) && !world.has(world.log(condemned)))
        #expect(!world.has(world.recording(condemned)))
        #expect(try await world.store.job(condemned) == nil)
    }

    @Test func logsOfJobsThatNobodyKnowsAreLeftAlone() async throws {
        let strange = JobID(rawValue: 4711)
        try world.write(world.log(strange), "a line\n")
        _ = try await run(RetentionPolicy(logs: .zero, results: .zero, keepLast: 0), level: .critical)
        #expect(world.has(world.log(strange)))
    }

    @Test func cachedImagesGoWhenTheyAreOldOrSpaceIsShort() async throws {
        var plan = JobPlan.sample()
        let image = ImageRequest(
            name: "kernel", url: "https://lab/kernel", position: SourcePosition(line: 1, column: 1))
        plan.blocks = [ActionBlock(index: 0, action: .deploy(DeployAction(method: .tmpfs, images: [image])))]
        _ = try await world.store.submit(.sample(plan))
        world.images.withLock { $0 = ["https://lab/kernel": 10, "idle": 20] }
        world.wanted.withLock { $0 = ["https://lab/kernel"] }
        #expect(try await run(RetentionPolicy(), dryRun: true).images.items == 0, "kept for ever")
        #expect(try await run(RetentionPolicy(), level: .low, dryRun: true).images.items == 1)
        let report = try await run(RetentionPolicy(artifacts: Self.day))
        #expect(report.images == RetentionReport.Count(items: 1, bytes: 20))
        #expect(world.images.withLock { Array($0.keys) } == ["https://lab/kernel"], "a waiting job downloads it")
    }

    @Test func transcriptsGoUnlessAConsoleWritesThem() async throws {
        let folder = world.places.consoles + "/one"
        for name in ["old", "open"] {
            for ending in ["log", "idx"] { try world.write("\(folder)/\(name).\(ending)", "text") }
        }
        world.open.withLock { $0 = ["\(folder)/open.log"] }
        // Files carry the host's time; the virtual clock begins in 2027.
        let report = try await run(RetentionPolicy(consoles: Self.day))
        #expect(report.consoles.items == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["open.idx", "open.log"])
    }

    @Test func aShortDiskTakesWhatThePolicyLetsGoAtAll() async throws {
        let job = try await world.job(recording: true)
        world.clock.advance(by: .seconds(1))
        let policy = RetentionPolicy(logs: Self.day, artifacts: Self.day, keepLast: 0)
        #expect(try await run(policy).isEmpty)
        #expect(try await run(policy, level: .low).recordings.items == 3)
        #expect(world.has(world.log(job)))
        #expect(try await run(policy, level: .critical).logs.items == 1)
        #expect(try await world.store.job(job) != nil)
    }
}
