import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct HistoryRouteTests {
    private let lab = Lab()
    private let board = BoardName(rawValue: "qemu-1")

    private var past: FakeHistory { lab.history ?? FakeHistory() }

    private static func outcome(
        _ result: TestResult = .pass, measurement: Double? = nil, set: String? = nil, build: BuildName? = nil,
        name: String = "nightly"
    ) -> CaseOutcome {
        CaseOutcome(
            suite: "0_smoke", testSet: set, result: result, measurement: measurement,
            units: measurement.map { _ in "µs" }, logged: FakeStore.submitted, job: JobID(rawValue: 17), jobName: name,
            attempt: 2, deviceType: DeviceTypeName(rawValue: "qemu"), board: BoardName(rawValue: "qemu-1"), build: build
        )
    }

    @Test func theOutcomesOfACase() async throws {
        past.with {
            $0.outcomes = CaseOutcomes(outcomes: [Self.outcome(.fail, build: BuildName(source: "images", name: "k 1"))])
        }
        try await lab.test { [past] client in
            let target = "/api/v1/history/cases?name=boot%20time&suite=smoke&type=qemu&board=qemu-1&job=n&limit=7"
            let history = try await client.call(CaseHistory.self, .get, target)
            #expect(history.name == "boot time" && history.outcomes.map(\.result) == ["fail"])
            #expect(history.outcomes.first?.build == BuildInfo(name: "k 1", source: "images"))
            let query = CaseQuery(
                name: "boot time", suite: "smoke", job: "n", deviceType: DeviceTypeName(rawValue: "qemu"),
                board: BoardName(rawValue: "qemu-1"), limit: 7)
            #expect(past.with { $0.lastCase } == query)
        }
    }

    /// The short way to JSON is held to the long one.
    @Test func outcomesAreWrittenAsTheEncoderWritesThem() throws {
        let found = CaseOutcomes(
            outcomes: [
                Self.outcome(), Self.outcome(.skip, measurement: 3),
                Self.outcome(.unknown, measurement: 0.25, set: "a"),
                Self.outcome(measurement: -1.5e300, build: BuildName(source: "metadata: build", name: "7/\"x\"\\")),
                Self.outcome(name: "tab\tnew\nline \u{1}\u{1F} ä 🎛 </b>"),
            ], isCut: true)
        let wire = CaseHistory(
            name: "a\"b", outcomes: found.outcomes.map { CaseOutcomeInfo($0) }, cut: true)
        #expect(CaseHistoryText.encode(found, name: "a\"b") == (try JSONText.encode(wire)))
        let none = CaseHistory(name: "n", outcomes: [], cut: false)
        #expect(CaseHistoryText.encode(CaseOutcomes(outcomes: []), name: "n") == (try JSONText.encode(none)))
    }

    @Test func aNumberThatJSONDoesNotHaveIsLeftOut() throws {
        let text = CaseHistoryText.encode(
            CaseOutcomes(outcomes: [Self.outcome(measurement: .infinity)]), name: "n")
        #expect(try JSONDecoder().decode(CaseHistory.self, from: Data(text.utf8)).outcomes.first?.measurement == nil)
    }

    @Test func aCaseMustBeNamed() async throws {
        try await lab.test { client in
            let refusal = try await client.refusal(.get, "/api/v1/history/cases", expecting: .badRequest)
            #expect(refusal.error.message == "`name` is missing")
            _ = try await client.refusal(.get, "/api/v1/history/cases?name=x&limit=5000", expecting: .badRequest)
        }
    }

    private static let stream = CaseStream(
        suite: "0_smoke", name: "net", job: "nightly", deviceType: DeviceTypeName(rawValue: "qemu"))

    @Test func flakyCases() async throws {
        past.with {
            $0.flaky = [
                FlakyCase(
                    stream: Self.stream, passes: 8, failures: 2, flips: 3, repeats: 6, lastFlip: FakeStore.submitted,
                    lastJob: JobID(rawValue: 9), boards: [BoardName(rawValue: "qemu-1")],
                    build: BuildName(source: "metadata: build", name: "7"))
            ]
        }
        try await lab.test { [past] client in
            let list = try await client.call(FlakyList.self, .get, "/api/v1/history/flaky?within=3600&suite=smoke")
            #expect(list.total == 7 && list.withoutBuild == 3 && list.cut)
            #expect(list.cases.first?.rate == 0.5 && list.cases.first?.boards == ["qemu-1"])
            let query = past.with { $0.lastChange }
            #expect(query?.suite == "smoke")
            #expect(query?.since.nanoseconds == FakeStore.submitted.nanoseconds - 3_600_000_000_000)
            _ = try await client.refusal(.get, "/api/v1/history/flaky?within=0", expecting: .badRequest)
        }
    }

    @Test func regressions() async throws {
        let outcomes = BuildOutcomes(
            build: BuildName(source: "images", name: "k"), passes: 0, failures: 4, firstJob: JobID(rawValue: 3),
            lastJob: JobID(rawValue: 4), first: FakeStore.submitted, last: FakeStore.submitted)
        past.with {
            $0.changes = [
                CaseChange(
                    stream: Self.stream, kind: .regression, before: outcomes, since: outcomes, now: outcomes, builds: 2,
                    certainty: .likely)
            ]
        }
        try await lab.test { client in
            let list = try await client.call(ChangeList.self, .get, "/api/v1/history/regressions")
            #expect(list.changes.map(\.kind) == ["regression"] && list.changes.first?.certainty == "likely")
            #expect(list.changes.first?.now.failures == 4)
        }
    }

    private func run(_ job: Int64, _ outcome: BoardRun.Outcome) -> BoardRun {
        BoardRun(
            job: JobID(rawValue: job), jobName: "smoke", board: board, ended: FakeStore.submitted, outcome: outcome,
            boots: 1, failedBoots: outcome == .boot ? 1 : 0, bootTime: outcome == .boot ? nil : .seconds(20))
    }

    @Test func aBoardThatGoesBadIsMarkedInTheList() async throws {
        let runs = (0..<80).map { run(100 - $0, [0, 3, 5, 7].contains($0) ? .boot : .complete) }
        past.with {
            $0.runs = [board: runs]
            $0.health = [HealthChange(at: FakeStore.submitted, health: "Good", reason: "new")]
        }
        try await lab.test { client in
            let sign = "4 of its last 10 jobs failed to boot; before that 0 of 70"
            let list = try await client.call(BoardList.self, .get, "/api/v1/boards")
            #expect(list.boards.first?.signs == [sign])
            #expect(try await client.call(BoardInfo.self, .get, "/api/v1/boards/qemu-1").signs == [sign])
            let history = try await client.call(BoardHistoryInfo.self, .get, "/api/v1/history/boards/qemu-1?limit=3")
            #expect(history.runs.map(\.outcome) == ["boot", "complete", "complete"])
            #expect(history.trend.signs.map(\.text) == [sign] && history.trend.lately.withFailedBoot == 4)
            #expect(history.healthChanges.map(\.reason) == ["new"])
            _ = try await client.refusal(.get, "/api/v1/history/boards/nobody", expecting: .notFound)
        }
    }

    @Test func aLabWithoutHistorySaysSo() async throws {
        var lab = Lab()
        lab.history = nil
        try await lab.test { client in
            let refusal = try await client.refusal(.get, "/api/v1/history/flaky", expecting: .notFound)
            #expect(refusal.error.message == "this lab keeps no history")
            #expect(try await client.call(BoardList.self, .get, "/api/v1/boards").boards.first?.signs == nil)
        }
    }

    // MARK: Explanations

    private func log(_ job: JobID, lines: [String], result: String) {
        func entry(_ seconds: Int, _ level: String, _ message: String) {
            let second = seconds < 10 ? "0\(seconds)" : "\(seconds)"
            lab.logs.append(
                "{\"dt\": \"2026-11-21T10:00:\(second).250000+00:00\", \"lvl\": \"\(level)\", \"msg\": \(message)}",
                to: job)
        }
        entry(1, "info", "\"start: 2.2 boot-qemu-image (timeout 00:05:00)\"")
        entry(1, "debug", "\"power on\"")
        for (index, line) in lines.enumerated() { entry(2 + index, "target", "\"\(line)\"") }
        entry(40, "results", "{\"case\": \"auto-login-action\", \"definition\": \"lava\", \"result\": \"\(result)\"}")
        entry(40, "info", "\"end: 2.3 auto-login-action (duration 00:00:39)\"")
    }

    @Test func aFailedBootIsHeldAgainstTheLastGoodOne() async throws {
        let (good, failed) = (
            lab.store.add(1, state: .finished, health: .complete),
            lab.store.add(2, state: .finished, health: .incomplete)
        )
        lab.store.with { $0.jobs[failed]?.board = BoardName(rawValue: "qemu-1") }
        past.with { $0.good = [run(1, .complete)] }
        let way = [
            "U-Boot 2024.01", "Starting kernel ...", "[    0.1] Booting Linux", "[    0.9] mounted \\\"root\\\"",
            "login:",
        ]
        log(good, lines: way, result: "pass")
        log(failed, lines: Array(way.prefix(3)), result: "fail")
        try await lab.test { client in
            let explanation = try await client.call(JobExplanationInfo.self, .get, "/api/v1/jobs/2/explanation")
            #expect(explanation.kind == "stopped" && explanation.reference?.job == 1)
            #expect(explanation.lastCommon?.failed.text == "[    0.1] Booting Linux")
            #expect(explanation.lastCommon?.failed.at == 3)
            #expect(explanation.expected.first?.text == "[    0.9] mounted \"root\"")
            #expect(explanation.silence == 36 && explanation.bootTime == 39)
            let whole = try await client.call(JobExplanationInfo.self, .get, "/api/v1/jobs/1/explanation")
            #expect(whole.kind == "complete")
            _ = try await client.refusal(.get, "/api/v1/jobs/99/explanation", expecting: .notFound)
        }
    }

    @Test func aJobWithoutALogFailedBeforeItsBoot() async throws {
        lab.store.add(3, state: .finished, health: .incomplete)
        try await lab.test { client in
            let explanation = try await client.call(JobExplanationInfo.self, .get, "/api/v1/jobs/3/explanation")
            #expect(explanation.kind == "before-boot")
        }
    }

    @Test(arguments: [
        (#"{"dt": "2026-11-21T10:00:05.500000+00:00", "lvl": "target", "msg": "plain"}"#, LogLevel.target, "plain"),
        (
            #"{"dt": "2026-11-21T10:00:05.500000+00:00", "lvl": "target", "msg": "a \"b\" \\ c"}"#, .target,
            #"a "b" \ c"#
        ),
        (#"{"dt": "2026-11-21T10:00:05.500000+00:00", "lvl": "info", "msg": "x", "ns": "n"}"#, .info, "x"),
        (
            #"{"dt": "2026-11-21T10:00:05.500000+00:00", "lvl": "results", "msg": {"case": "c", "result": "fail"}}"#,
            .results, "c=fail"
        ),
    ])
    func linesOfALogAreRead(line: String, level: LogLevel, message: String) throws {
        let entry = try #require(StoredLogLine(line))
        #expect(entry.level == level && entry.message == message)
        #expect(abs(entry.seconds - 1_795_255_205.5) < 0.001)
    }

    @Test(arguments: ["", "{}", "nonsense", #"{"dt": "never", "lvl": "info", "msg": "x"}"#])
    func otherLinesAreNoEntries(line: String) {
        #expect(StoredLogLine(line) == nil)
    }
}
