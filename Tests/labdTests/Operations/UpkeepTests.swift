import Foundation
import LabArtifacts
import LabModel
import LabSimulation
import LabStore
import Logging
import Synchronization
import Testing

@testable import labd

/// A queue that only knows its pauses.
private actor PausedQueue: QueuePausing {
    private(set) var pauses: [PauseReason] = []

    func pause(_ reason: PauseReason) {
        pauses.removeAll { $0.name == reason.name }
        pauses.append(reason)
    }

    func resume(_ name: String) { pauses.removeAll { $0.name == name } }
    func standingPauses() -> [PauseReason] { pauses }
}

/// A state folder with a store, and everything retention asks.
final class UpkeepWorld: Sendable {
    let folder: TemporaryFolder
    let clock: VirtualClock
    let places: StatePlaces
    let store: SQLiteStore
    let space = Mutex<DiskSpace?>(DiskSpace(free: 5000, capacity: 10_000))
    let images = Mutex<[String: Int64]>([:])
    let wanted = Mutex<Set<String>>([])
    let open = Mutex<Set<String>>([])

    init() throws {
        folder = try TemporaryFolder()
        clock = VirtualClock(autoAdvances: false)
        places = StatePlaces(root: folder.path + "/state")
        _ = try places.make()
        store = try SQLiteStore(path: places.database, clock: clock)
    }

    var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    var retention: RetentionRun {
        RetentionRun(
            places: places, book: store,
            images: RetentionRun.Images(
                idle: { _ in
                    self.images.withLock { $0.sorted { $0.key < $1.key } }
                        .map { ImageStore.IdleImage(sha256: $0.key, size: $0.value) }
                },
                cached: { download in self.wanted.withLock { $0.contains(download.url) } ? download.url : nil },
                evict: { image in self.images.withLock { $0.removeValue(forKey: image.sha256) } != nil }),
            openTranscripts: { self.open.withLock { $0 } }, clock: clock, logger: logger, pace: .zero)
    }

    /// A finished job with a log, and a recording if asked for.
    func job(recording: Bool = false) async throws -> JobID {
        let job = try await store.submit(.sample())
        _ = try await store.cancel(job, by: "me", reason: nil)
        try write(log(job), "a line\n")
        if recording {
            for name in ["base.img", "update.trace", "campaign.journal", "report.json", "report.html"] {
                try write(self.recording(job) + "/" + name, String(repeating: "x", count: 5000))
            }
        }
        return job
    }

    func log(_ job: JobID) -> String { "\(places.jobLogs)/\(job).jsonl" }
    func recording(_ job: JobID) -> String { "\(places.powerCuts)/\(job)-0" }

    func write(_ path: String, _ text: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

@Suite struct UpkeepTests {
    private let world: UpkeepWorld
    private let queue = PausedQueue()

    init() throws {
        world = try UpkeepWorld()
    }

    private func upkeep(_ policy: RetentionPolicy = RetentionPolicy(), pace: Duration = .zero) -> Upkeep {
        var retention = world.retention
        retention.pace = pace
        return Upkeep(
            queue: queue, memory: world.store, retention: retention, policy: policy,
            marks: DiskMarks(low: .bytes(1000), critical: .bytes(100)), place: "/state", clock: world.clock,
            logger: world.logger
        ) { [world] in world.space.withLock { $0 } }
    }

    private func free(_ bytes: Int64) { world.space.withLock { $0 = DiskSpace(free: bytes, capacity: 10_000) } }

    private func events(_ kind: LabEvent.Kind) async throws -> [LabEvent] {
        try await world.store.events(after: 0, job: nil, limit: 100).filter { $0.kind == kind }
    }

    @Test func aDiskShortOfSpaceStopsTheQueueAndStartsItWithAMargin() async throws {
        let upkeep = upkeep()
        try await upkeep.begin()
        #expect(await queue.pauses.isEmpty)
        free(900)
        await upkeep.lookAtDisk()
        #expect(await queue.pauses.map(\.name) == ["disk"])
        #expect(await upkeep.status().disk?.level == .low)
        free(1100)
        await upkeep.lookAtDisk()
        #expect(await queue.pauses.count == 1, "not yet")
        free(1300)
        await upkeep.lookAtDisk()
        #expect(await queue.pauses.isEmpty)
        #expect(try await events(.labPaused).count == 1)
        #expect(try await events(.labResumed).count == 1)
    }

    @Test func aLabThatStartsOnAFullDiskStartsPaused() async throws {
        free(50)
        let upkeep = upkeep()
        try await upkeep.begin()
        #expect(await upkeep.status().disk?.level == .critical)
        #expect(await queue.pauses.count == 1)
    }

    @Test func aDiskThatCannotBeToldStopsNothing() async throws {
        world.space.withLock { $0 = nil }
        let upkeep = upkeep()
        try await upkeep.begin()
        #expect(await queue.pauses.isEmpty)
        #expect(await upkeep.status().disk == nil)
    }

    @Test func aShortDiskStartsRetentionAtOnce() async throws {
        world.images.withLock { $0 = ["a": 10, "b": 20] }
        world.wanted.withLock { $0 = ["b"] }
        let upkeep = upkeep()
        try await upkeep.begin()
        let run = Task { await upkeep.run() }
        await world.clock.waitForSleepers(2)
        #expect(world.images.withLock { $0.count } == 2)
        free(900)
        world.clock.advance(by: Upkeep.diskInterval)
        // Nobody waits for either image: both can be had again.
        while world.images.withLock({ !$0.isEmpty }) { await Task.yield() }
        run.cancel()
        await run.value
        #expect(await queue.pauses.count == 1)
    }

    @Test func aShortDiskIsLookedAtAgainSoon() async throws {
        var plan = JobPlan.sample()
        let image = ImageRequest(
            name: "kernel", url: "https://lab/kernel", position: SourcePosition(line: 1, column: 1))
        plan.blocks = [ActionBlock(index: 0, action: .deploy(DeployAction(method: .tmpfs, images: [image])))]
        let waiting = try await world.store.submit(.sample(plan))
        world.images.withLock { $0 = ["https://lab/kernel": 10] }
        world.wanted.withLock { $0 = ["https://lab/kernel"] }
        let upkeep = upkeep()
        try await upkeep.begin()
        let run = Task { await upkeep.run() }
        await world.clock.waitForSleepers(2)
        // The first look, while there is room: the next one is an hour away.
        world.clock.advance(by: .seconds(60))
        await world.clock.waitForSleepers(2)
        free(900)
        world.clock.advance(by: Upkeep.diskInterval)
        while await upkeep.status().retention == nil { await Task.yield() }
        #expect(world.images.withLock { $0.count } == 1, "a waiting job downloads it")
        _ = try await world.store.cancel(waiting, by: "me", reason: nil)
        await world.clock.waitForSleepers(2)
        world.clock.advance(by: RetentionRhythm.shortInterval)
        while world.images.withLock({ !$0.isEmpty }) { await Task.yield() }
        run.cancel()
        await run.value
    }

    @Test func aLookThatABackupStoppedComesAgainSoon() async throws {
        let job = try await world.job()
        let upkeep = upkeep(RetentionPolicy(logs: .zero, keepLast: 0))
        try await upkeep.begin()
        let run = Task { await upkeep.run() }
        await world.clock.waitForSleepers(2)
        do {
            let lock = try MaintenanceLock(state: world.places.root, .backup)
            world.clock.advance(by: .seconds(60))
            await world.clock.waitForSleepers(2)
            withExtendedLifetime(lock != nil) {}
        }
        #expect(world.has(world.log(job)))
        world.clock.advance(by: RetentionRhythm.shortInterval)
        while world.has(world.log(job)) { await Task.yield() }
        run.cancel()
        await run.value
    }

    @Test func aDiskThatFillsUpDuringALookIsLookedAtOnceMore() async throws {
        world.images.withLock { $0 = ["idle": 10] }
        _ = try await world.job()
        let upkeep = upkeep(RetentionPolicy(logs: .zero, keepLast: 0), pace: .seconds(1))
        try await upkeep.begin()
        let run = Task { await upkeep.run() }
        await world.clock.waitForSleepers(2)
        world.clock.advance(by: .seconds(1))
        let first = Task { try await upkeep.retention(dryRun: false) }
        // It pauses after its first step.
        await world.clock.waitForSleepers(3)
        free(900)
        await upkeep.lookAtDisk()
        await upkeep.look()
        #expect(world.images.withLock { $0.count } == 1, "one look at a time")
        world.clock.advance(by: .seconds(1))
        #expect(try await first.value.logs.items == 1)
        while world.images.withLock({ !$0.isEmpty }) { await Task.yield() }
        run.cancel()
        await run.value
    }

    @Test func aDrainHoldsUntilItIsEndedOrLabdStartsAgain() async throws {
        var upkeep = upkeep()
        try await upkeep.drain(DrainRequest(reason: "kernel"), by: "ann")
        #expect(
            await queue.pauses.first?.text
                == "the lab is being drained by ann: kernel (nothing new starts; `lablctl resume` ends it)")
        #expect(try await events(.labPaused).first?.data["name"] == "drain")
        await queue.resume("drain")

        upkeep = self.upkeep()
        try await upkeep.begin()
        #expect(await queue.pauses.isEmpty, "a restart ends it")

        try await upkeep.drain(DrainRequest(acrossRestart: true), by: "ann")
        await queue.resume("drain")
        upkeep = self.upkeep()
        try await upkeep.begin()
        #expect(await queue.pauses.map(\.name) == ["drain"], "unless it was asked for")
        #expect(await upkeep.status().drain?.by == "ann")
        #expect(try await upkeep.resume(by: "bob"))
        #expect(try await !upkeep.resume(by: "bob"))
        upkeep = self.upkeep()
        try await upkeep.begin()
        #expect(await queue.pauses.isEmpty)
    }

    @Test func retentionGivesWayToABackup() async throws {
        let lock = try MaintenanceLock(state: world.places.root, .backup)
        _ = try await world.job()
        let upkeep = upkeep(RetentionPolicy(logs: .zero, keepLast: 0))
        world.clock.advance(by: .seconds(1))
        let failure = await #expect(throws: Failure.self) { try await upkeep.retention(dryRun: false) }
        #expect(failure?.message == "a backup is made just now")
        #expect(try await upkeep.retention(dryRun: true).logs.items == 1)
        withExtendedLifetime(lock != nil) {}
    }
}
