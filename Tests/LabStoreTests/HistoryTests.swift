import GRDB
import LabModel
import Testing

@testable import LabStore

/// What the store remembers of results and runs.
@Suite struct HistoryTests {
    let folder: TemporaryFolder
    let store: SQLiteStore
    private static let second: Int64 = 1_000_000_000

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private static func result(
        _ name: String, _ result: TestResult = .pass, suite: String = "0_smoke", set: String? = nil,
        at seconds: Int64 = 1,
        metadata: [String: DataValue] = [:], measurement: Double? = nil
    ) -> ResultRecord {
        ResultRecord(
            suite: suite, testSet: set, name: name, result: result, measurement: measurement,
            units: measurement.map { _ in "seconds" }, metadata: metadata,
            logged: WallTime(nanoseconds: seconds * Self.second))
    }

    private func plan(_ name: String, metadata: DataValue = .map([:]), type: String = "qemu") -> NewJob {
        var job = NewJob.sample(name)
        job.plan.metadata = metadata
        job.plan.deviceType = DeviceTypeName(rawValue: type)
        return job
    }

    /// Runs a job to its end with these results.
    @discardableResult
    private func run(
        _ results: [ResultRecord], name: String = "nightly", metadata: DataValue = .map([:]),
        on board: BoardName = .one,
        type: String = "qemu", ending: JobOutcome = JobOutcome(health: .complete)
    ) async throws -> JobID {
        let epoch = try await store.beginEpoch()
        let job = try await store.submit(plan(name, metadata: metadata, type: type))
        let lease = try #require(try await store.lease(board, to: job, epoch: epoch))
        #expect(try await store.start(lease))
        try await store.append(results, to: job)
        try await store.finish(lease, ending)
        return job
    }

    // MARK: Results and their events

    @Test func aBatchOfResultsIsOneRowAndManyEvents() async throws {
        let job = try await store.submit(.sample())
        try await store.append((0..<5).map { Self.result("case-\($0)") }, to: job)
        try await store.append([NewEvent(job: job, kind: .progress)])
        try await store.append([Self.result("last", .fail, set: "net", measurement: 1.5)], to: job)
        let rows = try await store.readers.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event_rows") }
        #expect(rows == 4)

        let events = try await store.events(after: 0, job: nil, limit: 100)
        #expect(events.map(\.sequence) == Array(1...8))
        #expect(
            events.map(\.kind.rawValue) == ["job.submitted"] + Array(repeating: "result", count: 5) + [
                "progress", "result",
            ])
        #expect(events[1].data == ["suite": "0_smoke", "case": "case-0", "result": "pass"])
        #expect(
            events[7].data == [
                "suite": "0_smoke", "set": "net", "case": "last", "result": "fail", "measurement": 1.5,
                "units": "seconds",
            ])
        #expect(events.allSatisfy { $0.job == job })
        #expect(try await store.results(of: job).map(\.name) == (0..<5).map { "case-\($0)" } + ["last"])
    }

    @Test func eventsArePagedInsideABatch() async throws {
        let job = try await store.submit(.sample())
        try await store.append((0..<10).map { Self.result("case-\($0)") }, to: job)
        var seen: [Int64] = []
        while true {
            let page = try await store.events(after: seen.last ?? 0, job: job, limit: 3)
            #expect(page.count <= 3)
            if page.isEmpty { break }
            seen += page.map(\.sequence)
        }
        #expect(seen == Array(1...11))
    }

    @Test func theViewsShowWhatTheTablesHeld() async throws {
        let job = try await store.submit(.sample())
        try await store.append(
            [Self.result("a", metadata: ["x": 1]), Self.result("b", .skip, set: "s", measurement: 2)], to: job)
        let (results, events) = try await store.readers.read { db in
            (
                try Row.fetchAll(db, sql: "SELECT * FROM results ORDER BY id").map {
                    "\($0["name"] as String) \($0["metadata"] as String)"
                },
                try Row.fetchAll(db, sql: "SELECT * FROM events WHERE job = 1 ORDER BY sequence").map {
                    "\($0["sequence"] as Int64) \($0["kind"] as String) \($0["data"] as String)"
                }
            )
        }
        #expect(results == ["a {\"x\":1}", "b {}"])
        #expect(events.count == 3)
        #expect(
            events.last?.hasPrefix("3 result {\"case\":\"b\",\"measurement\":2.0,\"result\":\"skip\",\"set\":\"s\"")
                == true)
    }

    @Test func resultsOfARemovedJobTakeTheirEventsWithThem() async throws {
        let job = try await store.submit(.sample())
        try await store.append([Self.result("a"), Self.result("b")], to: job)
        let other = try await store.submit(.sample())
        _ = try await store.writer.write { try $0.change("DELETE FROM jobs WHERE id = ?", [job.rawValue]) }
        let events = try await store.events(after: 0, job: nil, limit: 1)
        #expect(events.map(\.kind) == [.jobSubmitted])
        let next = try await store.events(after: 1, job: nil, limit: 1)
        #expect(next.map(\.job) == [other], "a batch without results does not hide what follows")
    }

    @Test func aWriteThatFailsLeavesNoNumberBehind() async throws {
        let job = try await store.submit(.sample())
        try await store.append([Self.result("known")], to: job)
        await #expect(throws: Failure.self) {
            try await store.writer.write { context in
                _ = try context.cases.number(of: Self.result("fresh"), context.db)
                throw Failure(.bug, "stop")
            }
        }
        try await store.append([Self.result("fresh"), Self.result("known")], to: job)
        #expect(try await store.results(of: job).map(\.name) == ["known", "fresh", "known"])
        #expect(try await store.outcomes(CaseQuery(name: "fresh")).outcomes.count == 1)
    }

    @Test func anOlderDatabaseKeepsItsResultsAndEvents() async throws {
        let other = try TemporaryFolder()
        let pool = try DatabasePool(path: other.path + "/labd.db")
        try Migrations.all.migrate(pool, upTo: "0004 groups, needs, retries, health checks")
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO jobs (name, submitter, priority, tags, state, health, submitted, queued, board, device_type,
                        started, ended, attempt, failure)
                    VALUES ('old', 'me', 50, '[]', 5, 2, 1, 1, 'one', 'qemu', 2, 3, 1,
                        '{"message":"no prompt","place":"auto-login-action","type":"Job"}');
                    INSERT INTO results (job, attempt, suite, test_set, name, result, measurement, units, metadata, logged)
                    VALUES (1, 1, '0_a', NULL, 'x', 0, 1.5, 's', '{"k":1}', 7), (1, 1, '0_a', '', 'x', 1, NULL, NULL, '{}', 8);
                    INSERT INTO events (at, job, board, kind, data)
                    VALUES (1, 1, NULL, 'job.submitted', '{}'), (7, 1, NULL, 'result', '{"case":"x","result":"pass","suite":"0_a"}'),
                        (8, 1, NULL, 'result', '{"case":"x","result":"fail","set":"","suite":"0_a"}'),
                        (9, 1, 'one', 'job.finished', '{"health":"Incomplete"}');
                    """)
        }
        try pool.close()
        let store = try other.store()
        let job = JobID(rawValue: 1)
        let results = try await store.results(of: job)
        #expect(results.map(\.testSet) == [nil, ""] && results.map(\.result) == [.pass, .fail])
        #expect(results.first?.metadata == ["k": 1] && results.first?.measurement == 1.5)
        try await store.append([Self.result("x", suite: "0_a")], to: job)
        let events = try await store.events(after: 0, job: nil, limit: 100)
        #expect(events.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(events[1].data == ["case": "x", "result": "pass", "suite": "0_a"])
        let shown = try await store.readers.read {
            try Int64.fetchAll($0, sql: "SELECT sequence FROM events ORDER BY 1")
        }
        #expect(shown == [1, 2, 3, 4, 5])
        #expect(try await store.outcomes(CaseQuery(name: "x")).outcomes.map(\.result) == [.pass, .fail, .pass])
        let runs = try await store.runs(on: .one, limit: 5)
        #expect(runs.map(\.outcome) == [.boot] && runs.first?.step == "auto-login-action")
        #expect(runs.first?.boots == 0, "what was not counted is not known")
        let damage = try await store.readers.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(damage == 0)
    }

    // MARK: One test case

    @Test func theLastOutcomesOfACase() async throws {
        try await store.setBoards([
            .one,
            BoardDefinition(name: BoardName(rawValue: "two"), type: DeviceTypeName(rawValue: "qemu"), driver: "sim"),
        ])
        for number in 1...4 {
            try await run(
                [Self.result("net", number == 3 ? .fail : .pass, at: Int64(number)), Self.result("other")],
                name: number % 2 == 0 ? "even" : "odd", metadata: ["build": .string("b\(number)")],
                on: BoardName(rawValue: number < 3 ? "one" : "two"))
        }
        try await run([Self.result("net", suite: "1_more", at: 9)])
        let all = try await store.outcomes(CaseQuery(name: "net")).outcomes
        #expect(all.map(\.logged.nanoseconds) == [9, 4, 3, 2, 1].map { $0 * Self.second })
        #expect(all.map { $0.build?.name } == [nil, "b4", "b3", "b2", "b1"])
        #expect(all[2].result == .fail && all[2].jobName == "odd" && all[2].board?.rawValue == "two")
        func numbers(_ query: CaseQuery) async throws -> [Int64] {
            try await store.outcomes(query).outcomes.map { $0.logged.nanoseconds / Self.second }
        }
        #expect(try await numbers(CaseQuery(name: "net", limit: 2)) == [9, 4])
        #expect(try await numbers(CaseQuery(name: "net", suite: "smoke")) == [4, 3, 2, 1])
        #expect(try await numbers(CaseQuery(name: "net", suite: "1_more")) == [9])
        #expect(try await numbers(CaseQuery(name: "net", job: "even")) == [4, 2])
        #expect(try await numbers(CaseQuery(name: "net", board: .one)) == [9, 2, 1])
        #expect(try await numbers(CaseQuery(name: "net", deviceType: DeviceTypeName(rawValue: "pi"))) == [])
        #expect(try await numbers(CaseQuery(name: "never")) == [])
    }

    // MARK: Runs on boards

    @Test func aRunIsAddedUpWhenItEnds() async throws {
        try await store.setBoards([.one])
        func step(_ name: String, _ result: TestResult, _ seconds: Double, error: String? = nil) -> ResultRecord {
            Self.result(
                name, result, suite: "lava", metadata: error.map { ["error_type": .string($0)] } ?? [:],
                measurement: seconds)
        }
        let digest = String(repeating: "ab", count: 32)
        let good = try await run([
            Self.result("http-download", suite: "lava", metadata: ["label": "kernel", "sha256sum": .string(digest)]),
            step("reset-device", .pass, 5), step("auto-login-action", .fail, 60, error: "Job"),
            step("reset-device", .pass, 5), step("bootloader-interrupt", .pass, 2),
            step("auto-login-action", .pass, 18),
        ])
        let failed = try await run(
            [step("reset-device", .pass, 5), step("auto-login-action", .fail, 60, error: "Job")],
            ending: JobOutcome(health: .incomplete, failure: Failure(.job, "no prompt", at: "auto-login-action")))
        let broken = try await run(
            [],
            ending: JobOutcome(health: .incomplete, failure: Failure(.infrastructure, "no power", at: "reset-device")))
        let runs = try await store.runs(on: .one, limit: 10)
        #expect(runs.map(\.job) == [broken, failed, good])
        #expect(runs.map(\.outcome) == [.infrastructure, .boot, .complete])
        #expect(runs.map(\.boots) == [0, 1, 2] && runs.map(\.failedBoots) == [0, 1, 1])
        #expect(runs.map(\.bootTime) == [nil, nil, .seconds(20)])
        #expect(runs.map { $0.build?.name } == [nil, nil, "kernel abababababab"])
        #expect(runs[1].step == "auto-login-action" && runs[1].errorType == .job)
        #expect(try await store.recentRuns() == [.one: runs])
        let left = try await store.readers.read { db in
            try Int.fetchOne(db, sql: "SELECT (SELECT COUNT(*) FROM run_steps) + (SELECT COUNT(*) FROM run_images)")
        }
        #expect(left == 0)
    }

    @Test func switchesAreCountedByRun() async throws {
        try await store.setBoards([.one])
        func cycle(_ job: JobID?) async throws {
            for target in [PowerTarget.off, .on] {
                let intent = try await store.begin(
                    PowerIntent(board: .one, target: target, kind: .switch, job: job, reason: "boot"))
                try await store.end(intent, state: target == .on ? .on : .off, note: nil)
            }
        }
        try await cycle(nil)
        let epoch = try await store.beginEpoch()
        for _ in 1...2 {
            let job = try await store.submit(.sample())
            let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
            _ = try await store.start(lease)
            try await cycle(job)
            try await store.finish(lease, JobOutcome(health: .complete))
        }
        #expect(try await store.runs(on: .one, limit: 5).map(\.switches) == [2, 2])
    }

    @Test func aRunThatGoesBackIntoTheQueueCountsForItsBoard() async throws {
        try await store.setBoards([.one])
        let epoch = try await store.beginEpoch()
        let job = try await store.submit(.sample())
        for failure in [
            Failure(.infrastructure, "no console"), Failure(.infrastructure, "labd stopped while the job ran"),
        ] {
            let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
            #expect(try await store.start(lease))
            try await store.interrupt(lease, again: true, failure)
        }
        let waiting = try #require(try await store.lease(.one, to: job, epoch: epoch))
        try await store.interrupt(waiting, again: true, Failure(.infrastructure, "never began"))
        #expect(try await store.runs(on: .one, limit: 5).map(\.outcome) == [.interrupted, .infrastructure])
    }

    @Test func aRunThatEndsForItsGroupSaysNothingOfItsBoard() async throws {
        try await store.setBoards([.one])
        let epoch = try await store.beginEpoch()
        let job = try await store.submit(.sample())
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        #expect(try await store.start(lease))
        try await store.recall(lease, Failure(.infrastructure, "\(BlamelessEnd.groupFailed) 1.0 (server) of its group"))
        #expect(try await store.runs(on: .one, limit: 5).map(\.outcome) == [.interrupted])
        let record = try #require(try await store.job(job))
        #expect(record.state == .submitted && record.tried.isEmpty && record.interruptions == 0)
    }

    @Test func anInterruptionThatEndsTheJobIsOneRun() async throws {
        try await store.setBoards([.one])
        let epoch = try await store.beginEpoch()
        let job = try await store.submit(.sample())
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        #expect(try await store.start(lease))
        try await store.interrupt(lease, again: false, Failure(.infrastructure, "no console"))
        #expect(try await store.runs(on: .one, limit: 5).map(\.outcome) == [.infrastructure])
    }

    @Test func changesOfHealthAreFoundByBoard() async throws {
        try await store.setBoards([.one])
        try await store.setHealth(.bad, of: .one, reason: "smoke")
        try await store.setHealth(.good, of: .one, reason: nil)
        let changes = try await store.healthChanges(of: .one, limit: 5)
        #expect(changes.map(\.health) == ["Good", "Bad"] && changes.map(\.reason) == [nil, "smoke"])
    }

    @Test func goodBootsOfTheSameJobComeFirst() async throws {
        try await store.setBoards([.one])
        let login = [
            Self.result("reset-device", suite: "lava", measurement: 1),
            Self.result("auto-login-action", suite: "lava", measurement: 9),
        ]
        let same = try await run(login, name: "smoke")
        let other = try await run(login, name: "else")
        let failure = Failure(.job, "no prompt", at: "auto-login-action")
        let failed = try await run(
            [Self.result("auto-login-action", .fail, suite: "lava", measurement: 60)], name: "smoke",
            ending: JobOutcome(health: .incomplete, failure: failure))
        try await run(login, name: "smoke")
        #expect(try await store.goodBoots(before: failed, limit: 5).map(\.job) == [same, other])
    }

    /// Its log tells of its last run.
    @Test func onlyTheLastRunOfAJobIsLookedAtForAGoodBoot() async throws {
        try await store.setBoards([.one])
        let epoch = try await store.beginEpoch()
        let twice = try await store.submit(plan("smoke"))
        for isFirst in [true, false] {
            let lease = try #require(try await store.lease(.one, to: twice, epoch: epoch))
            #expect(try await store.start(lease))
            if isFirst {
                try await store.append(
                    [Self.result("auto-login-action", suite: "lava", measurement: 9)], to: twice)
                try await store.retry(lease, Failure(.infrastructure, "the console is gone"))
            } else {
                try await store.finish(
                    lease, JobOutcome(health: .incomplete, failure: Failure(.job, "no file", at: "download")))
            }
        }
        let failed = try await run(
            [Self.result("auto-login-action", .fail, suite: "lava", measurement: 60)], name: "smoke",
            ending: JobOutcome(health: .incomplete, failure: Failure(.job, "no prompt", at: "auto-login-action")))
        #expect(try await store.goodBoots(before: failed, limit: 5).isEmpty)
    }

    // MARK: Changes

    @Test func flakyCasesAndRegressions() async throws {
        try await store.setBoards([.one])
        for (build, outcomes) in [("b1", "ppp"), ("b2", "pfp"), ("b3", "fff")] {
            for (place, outcome) in outcomes.enumerated() {
                try await run(
                    [
                        Self.result("shaky", outcome == "p" ? .pass : .fail, at: Int64(place)),
                        Self.result("broken", build == "b3" ? .fail : .pass, at: Int64(place)),
                        Self.result("job", outcome == "p" ? .pass : .fail, suite: "lava", at: Int64(place)),
                    ], metadata: ["build": .string(build)])
            }
        }
        try await run([Self.result("shaky", .fail)])
        let query = ChangeQuery(since: WallTime(nanoseconds: 0))
        let flaky = try await store.flaky(query)
        #expect(flaky.items.map(\.stream.name) == ["shaky"] && flaky.total == 1)
        #expect(flaky.items.first?.flips == 2 && flaky.items.first?.repeats == 6)
        #expect(flaky.items.first?.build == BuildName(source: "metadata: build", name: "b2"))
        #expect(flaky.items.first?.boards == [.one])
        #expect(flaky.results == 19 && flaky.withoutBuild == 1 && !flaky.isCut)
        let changes = try await store.changes(query)
        #expect(changes.items.map(\.stream.name).sorted() == ["broken", "shaky"])
        let broken = try #require(changes.items.first { $0.stream.name == "broken" })
        #expect(broken.kind == .regression && broken.before.build.name == "b2" && broken.since.build.name == "b3")
        #expect(broken.now.failures == 3 && broken.certainty == .likely)
        #expect(try await store.changes(ChangeQuery(since: WallTime(nanoseconds: 0), suite: "lava")).items.count == 1)
        let none = ChangeQuery(since: WallTime(nanoseconds: 0), deviceType: DeviceTypeName(rawValue: "pi"))
        #expect(try await store.flaky(none).items.isEmpty)
    }

    @Test func theSameTestElsewhereIsNotTheSame() async throws {
        try await store.setBoards([
            .one, BoardDefinition(name: BoardName(rawValue: "pi"), type: DeviceTypeName(rawValue: "pi"), driver: "sim"),
        ])
        for _ in 1...3 {
            try await run([Self.result("net")], metadata: ["build": "1"])
            try await run(
                [Self.result("net", .fail)], metadata: ["build": "1"], on: BoardName(rawValue: "pi"), type: "pi")
        }
        #expect(try await store.flaky(ChangeQuery(since: WallTime(nanoseconds: 0))).items.isEmpty)
    }
}
