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
        let exploration = PowerCutExploration(
            name: "x", run: "update", alive: PowerCutAction.Alive(marker: "up"), newVersion: "2",
            trace: PowerCutExploration.Source(job: recorded))
        var plan = JobPlan.sample()
        plan.blocks = [ActionBlock(index: 0, action: .powerCutExploration(exploration))]
        let user = try await world.store.submit(.sample(plan))
        world.clock.advance(by: .seconds(2 * 86_400))
        let policy = RetentionPolicy(artifacts: Self.day, keepLast: 0)
        #expect(try await run(policy).isEmpty)
        _ = try await world.store.cancel(user, by: "me", reason: nil)
        #expect(try await run(policy).recordings.items == 3)
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
