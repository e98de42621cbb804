import LabModel
import Testing

@testable import LabStore

@Suite struct EventTests {
    let folder: TemporaryFolder
    let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    @Test func everyChangeTellsItsEvents() async throws {
        let epoch = try await store.beginEpoch()
        try await store.setBoards([.one])
        let job = try await store.submit(.sample())
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        #expect(try await store.start(lease))
        try await store.append(
            [ResultRecord(suite: "lava", name: "validate", result: .pass, logged: WallTime(nanoseconds: 1))], to: job)
        let intent = try await store.begin(
            PowerIntent(board: .one, target: .off, kind: .switch, job: job, reason: "rest"))
        try await store.end(intent, state: .off, note: nil)
        try await store.setHealth(.unknown, of: .one, reason: "shaky")
        try await store.finish(lease, JobOutcome(health: .incomplete, failure: Failure(.job, "no prompt")))

        let events = try await store.events(after: 0, job: nil, limit: 100)
        #expect(
            events.map(\.kind.rawValue) == [
                "job.submitted", "job.scheduled", "board.state", "job.running", "board.state", "result", "power",
                "board.health", "job.finished", "board.state",
            ])
        #expect(
            events.map(\.data) == [
                ["name": "sample", "priority": 50], ["board": "one"], ["state": "Reserved"], ["attempt": 1],
                ["state": "Running"], ["suite": "lava", "case": "validate", "result": "pass"],
                ["target": "off", "kind": "switch", "state": "off", "reason": "rest"],
                ["by": "labd", "health": "Unknown", "reason": "shaky"],
                ["health": "Incomplete", "error_type": "Job", "error_msg": "no prompt"], ["state": "Idle"],
            ])
        #expect(events.map(\.sequence) == Array(1...10))
    }

    @Test func sameHealthAgainIsNoEvent() async throws {
        try await store.setBoards([.one])
        for _ in 1...3 { try await store.setHealth(.bad, of: .one, reason: "smoke") }
        #expect(try await store.events(after: 0, job: nil, limit: 10).count == 1)
    }

    @Test func followersHearOfCommits() async throws {
        var commits = store.eventCommits().makeAsyncIterator()
        _ = try await store.submit(.sample())
        await expect(&commits, 1)
        try await store.append([NewEvent(kind: .progress), NewEvent(kind: .progress)])
        await expect(&commits, 3)
    }

    @Test func aSlowFollowerFindsOnlyTheNewest() async throws {
        var commits = store.eventCommits().makeAsyncIterator()
        for _ in 1...5 { _ = try await store.submit(.sample()) }
        await expect(&commits, 5)
        try await store.close()
        await expect(&commits, nil)
    }

    private func expect(_ commits: inout AsyncStream<Int64>.Iterator, _ sequence: Int64?) async {
        let next = await commits.next()
        #expect(next == sequence)
    }

    @Test func oddNumbersAreNotLost() async throws {
        let job = try await store.submit(.sample())
        let odd = ResultRecord(
            suite: "s", name: "n", result: .pass, measurement: .infinity, metadata: ["x": .double(.infinity)],
            logged: WallTime(nanoseconds: 0))
        try await store.append([odd], to: job)
        #expect(try await store.results(of: job).first?.measurement == .infinity)
    }

    @Test func resultsNeedAJob() async throws {
        let result = ResultRecord(suite: "s", name: "n", result: .pass, logged: WallTime(nanoseconds: 0))
        await #expect(throws: Failure(.bug, "there is no job 5 to add results to", at: "database")) {
            try await store.append([result], to: JobID(rawValue: 5))
        }
    }
}
