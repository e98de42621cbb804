import GRDB
import LabModel
import Testing

@testable import LabStore

@Suite struct RetentionTests {
    let folder: TemporaryFolder
    let store: SQLiteStore
    let epoch: Epoch
    private static let far = WallTime(nanoseconds: .max)

    init() async throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        try await store.setBoards([.one])
        epoch = try await store.beginEpoch()
    }

    private func plan(_ type: String = "qemu", needs: [JobNeed]? = nil, role: GroupRole? = nil) -> JobPlan {
        JobPlan(
            name: "job", deviceType: DeviceTypeName(rawValue: type), timeouts: JobTimeouts(job: .seconds(60)),
            blocks: [ActionBlock(index: 0, action: .command(CommandAction(name: "hard_reset")))], role: role,
            needs: needs)
    }

    private func submit(_ plan: JobPlan? = nil) async throws -> JobID {
        try await store.submit(NewJob(plan: plan ?? self.plan(), definition: "d", submitter: "me"))
    }

    /// A job that ran to its end, with results and events.
    private func ended(_ plan: JobPlan? = nil, results: Int = 0) async throws -> JobID {
        let job = try await submit(plan)
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        #expect(try await store.start(lease))
        if results > 0 {
            try await store.append(
                (0..<results).map {
                    ResultRecord(suite: "s", name: "case-\($0)", result: .pass, logged: WallTime(nanoseconds: 1))
                }, to: job)
        }
        try await store.finish(lease, JobOutcome(health: .complete))
        return job
    }

    private func expired(
        _ subject: RetentionSubject = .logs, before: WallTime = far, keepLast: Int = 0
    ) async throws -> [JobID] {
        try await store.expired(subject, before: before, keepLast: keepLast, after: JobID(rawValue: 0), limit: 100).jobs
    }

    @Test func whatSomethingRefersToIsNotFree() async throws {
        let free = try await ended()
        let pinned = try await ended()
        let needed = try await ended()
        let waiting = try await submit(plan(needs: [JobNeed(job: needed, condition: .finished)]))
        try await store.pin(pinned, true, by: "ann")
        #expect(try await expired() == [free])
        #expect(try await expired(.results) == [free])
        #expect(try await store.free(among: [free, pinned, needed, waiting], before: Self.far, keepLast: 0) == [free])
        #expect(try await store.forgetLogs(of: [free, pinned, needed, waiting], keepLast: 0) == [free])
        #expect(try await store.condemn([pinned, needed, waiting], keepLast: 0).isEmpty)

        try await store.pin(pinned, false, by: "ann")
        _ = try await store.cancel(waiting, by: "ann", reason: nil)
        #expect(try await expired() == [pinned, needed, waiting])
        #expect(try await store.logRemoved(free) != nil)
        #expect(try await store.logRemoved(pinned) == nil)
    }

    @Test func aGroupStaysUntilAllOfItHasEnded() async throws {
        let role = GroupRole(name: "peer", isEssential: false)
        let ids = try await store.submit(
            group: [
                NewJob(plan: plan(role: role), definition: "d", submitter: "me"),
                NewJob(plan: plan(role: role), definition: "d", submitter: "me"),
            ])
        var two = BoardDefinition.one
        two.name = BoardName(rawValue: "two")
        try await store.setBoards([.one, two])
        let boards = try await store.boards().map(\.name)
        let places = zip(ids, boards).map { Allocation.Place(job: $0, board: $1) }
        let leases = try await store.lease([Allocation(places)], epoch: epoch)[0]
        for lease in leases { #expect(try await store.start(lease)) }
        try await store.finish(leases[0], JobOutcome(health: .complete))
        #expect(try await expired().isEmpty)
        try await store.finish(leases[1], JobOutcome(health: .complete))
        #expect(try await expired() == ids)
    }

    @Test func theNewestOfEachTypeStay() async throws {
        var (a, b): ([JobID], [JobID]) = ([], [])
        for _ in 0..<4 {
            a.append(try await ended())
            let other = try await submit(plan("other"))
            _ = try await store.cancel(other, by: "me", reason: nil)
            b.append(other)
        }
        #expect(try await expired(keepLast: 3) == [a[0], b[0]])
        #expect(try await expired(keepLast: 4).isEmpty)
        #expect(try await store.forgetLogs(of: a + b, keepLast: 3).sorted() == [a[0], b[0]])
        // A log that went counts on: the three newest are the same.
        #expect(try await expired(keepLast: 3).isEmpty)
    }

    @Test func ageIsCountedFromTheEnd() async throws {
        let job = try await ended()
        let end = try #require(try await store.job(job)?.ended)
        #expect(try await expired(before: end).isEmpty)
        #expect(try await expired(before: WallTime(nanoseconds: end.nanoseconds + 1)) == [job])
    }

    @Test func aLeaseKeepsItsJob() async throws {
        let job = try await submit()
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        _ = try await store.start(lease)
        #expect(try await expired().isEmpty)
        // A job whose board is kept for a person has ended, and its lease stands.
        try await store.writer.write { (context) -> Void in
            try context.change(
                "UPDATE jobs SET state = 5, health = 2, ended = 1 WHERE id = ?", [job.rawValue])
        }
        #expect(try await expired().isEmpty)
    }

    @Test func pagesGoThroughAll() async throws {
        var jobs: [JobID] = []
        for _ in 0..<7 {
            let job = try await submit()
            _ = try await store.cancel(job, by: "me", reason: nil)
            jobs.append(job)
        }
        var (found, after): ([JobID], JobID?) = ([], JobID(rawValue: 0))
        while let from = after {
            let page = try await store.expired(.logs, before: Self.far, keepLast: 0, after: from, limit: 3)
            #expect(page.jobs.count <= 3)
            found += page.jobs
            after = page.next
        }
        #expect(found == jobs)
    }

    @Test func aJobGoesInSmallStepsWithAllThatIsKnownOfIt() async throws {
        let job = try await ended(results: 25)
        let kept = try await ended(results: 2)
        #expect(try await store.condemn([job], keepLast: 0) == [job])
        await #expect(throws: Failure.self) { try await store.pin(job, true, by: "ann") }
        var steps = 1
        while try await !store.remove(job, limit: 10) { steps += 1 }
        #expect(steps > 3, "25 results, their events and the job's own, ten at a time")
        #expect(try await store.job(job) == nil)
        #expect(try await store.condemned(limit: 10).isEmpty)
        #expect(try await store.events(after: 0, job: job, limit: 100).isEmpty)
        #expect(try await store.results(of: kept).count == 2)
        #expect(try await store.remove(job, limit: 10), "gone is gone")
        await #expect(throws: Failure.self) { try await store.remove(kept, limit: 10) }
    }

    @Test func theNewestPowerChangeOfABoardStays() async throws {
        for target in [PowerTarget.on, .off, .on] {
            let intent = PowerIntent(board: .one, target: target, kind: .switch, job: nil, reason: "test")
            let number = try await store.begin(intent)
            try await store.end(number, state: target == .on ? .on : .off, note: nil)
        }
        let open = try await store.begin(
            PowerIntent(board: .one, target: .off, kind: .switch, job: nil, reason: "open"))
        var (removed, cursor): (Int, TraceCursor?) = (0, TraceCursor())
        while let from = cursor {
            let page = try await store.removeTraces(before: Self.far, after: from, limit: 2)
            removed += page.removed
            cursor = page.next
        }
        #expect(removed == 6, "three changes and their events")
        #expect(try await store.unresolvedIntents().map(\.reason) == ["open"])
        try await store.end(open, state: .off, note: nil)
        #expect(try await store.boards().first?.power == .off)
    }

    /// Of a board's log the newest entry stays, and what is known of a lease that stands.
    @Test func aBoardsLogGoesButForWhatStands() async throws {
        func lend(_ holder: String) async throws -> Reservation {
            let lease = try await store.reserve(
                NewReservation(
                    board: .one, holder: holder, granted: WallTime(nanoseconds: 0),
                    expires: WallTime(nanoseconds: 1_000_000)), epoch: epoch)
            return try #require(lease)
        }
        let first = try await lend("ann")
        _ = try await store.change(first.id, .end(.released), by: "ann", reason: nil)
        try await store.free(first.id)
        let second = try await lend("bob")
        try await store.setHealth(.bad, of: .one, reason: "smoke", by: "eve")
        try await store.setHealth(.good, of: .one, reason: "mended", by: "eve")
        var cursor: TraceCursor? = TraceCursor()
        while let from = cursor { cursor = try await store.removeTraces(before: Self.far, after: from, limit: 2).next }
        let log = try await store.boardLog(of: .one, kinds: nil, limit: 100)
        #expect(log.map(\.kind) == [.boardHealth, .leaseBegan])
        #expect(log.first?.reason == "mended" && log.last?.lease == second.id)
        // Numbers are never used again.
        _ = try await store.change(second.id, .end(.released), by: "bob", reason: nil)
        try await store.free(second.id)
        let third = try await lend("eve")
        #expect(third.id > second.id)
    }

    @Test func recordingsThatAreWantedAreKnown() async throws {
        let recorded = try await ended()
        let exploration = PowerCutExploration(
            name: "x", run: "update", alive: PowerCutAction.Alive(marker: "up"), newVersion: "2",
            trace: PowerCutExploration.Source(job: recorded))
        var plan = plan()
        plan.blocks = [ActionBlock(index: 0, action: .powerCutExploration(exploration))]
        let user = try await submit(plan)
        #expect(try await store.recordingsUsed(by: []) == [recorded])
        _ = try await store.cancel(user, by: "me", reason: nil)
        #expect(try await store.recordingsUsed(by: []).isEmpty)
        #expect(try await store.recordingsUsed(by: [user]) == [recorded])
        try await store.pin(user, true, by: "me")
        #expect(try await store.recordingsUsed(by: []) == [recorded])
    }

    @Test func downloadsOfWaitingJobsAreKnown() async throws {
        func job(_ url: String) async throws -> JobID {
            var plan = plan()
            let image = ImageRequest(
                name: "kernel", url: url, headers: ["Token": "t"], position: SourcePosition(line: 1, column: 1))
            plan.blocks = [ActionBlock(index: 0, action: .deploy(DeployAction(method: .tmpfs, images: [image])))]
            return try await submit(plan)
        }
        let first = try await job("https://a/kernel")
        let second = try await job("https://b/kernel")
        _ = try await job("file:///c/kernel")
        let page = try await store.downloadsWaited(after: JobID(rawValue: 0), limit: 1)
        #expect(page.downloads == [PlanDownload(url: "https://a/kernel", headers: ["Token": "t"])])
        #expect(page.next == first)
        let rest = try await store.downloadsWaited(after: first, limit: 10)
        #expect(rest.downloads.map(\.url) == ["https://b/kernel"] && rest.next == nil)
        _ = try await store.cancel(second, by: "me", reason: nil)
        #expect(try await store.downloadsWaited(after: first, limit: 10).downloads.isEmpty)
    }

    @Test func settingsAreKept() async throws {
        #expect(try await store.setting("drain") == nil)
        try await store.set("drain", to: "one")
        try await store.set("drain", to: "two")
        #expect(try await store.setting("drain") == "two")
        try await store.set("drain", to: nil)
        #expect(try await store.setting("drain") == nil)
    }
}
