import LabModel
import LabWire
import Testing

@testable import lablctl

/// What `lablctl history`, `flaky`, `regressions`, `board history` and `job explain` say.
@Suite struct HistoryViewTests {
    private static let time = "2026-11-21T10:00:00.123456+00:00"
    private static let build = BuildInfo(name: "v1.2", source: "metadata: build")

    private func outcome(_ result: String, job: Int64, measurement: Double? = nil) -> CaseOutcomeInfo {
        CaseOutcomeInfo(
            suite: "0_smoke", result: result, measurement: measurement, units: measurement.map { _ in "seconds" },
            logged: Self.time, job: job, jobName: "nightly", attempt: 1, deviceType: "rpi4", board: "pi-1",
            build: job == 3 ? nil : Self.build)
    }

    @Test func outcomesAreSummedUpAndListed() {
        let history = CaseHistory(
            name: "net", outcomes: [outcome("pass", job: 3), outcome("fail", job: 2, measurement: 1.5)], cut: false)
        #expect(
            HistoryView(style: .plain).lines(history) == [
                "net: 1 passed, 1 failed of the last 2",
                "RESULT  JOB  BOARD  BUILD  MEASUREMENT  SUITE    LOGGED (UTC)         JOB NAME",
                "pass      3  pi-1   ?      -            0_smoke  2026-11-21 10:00:00  nightly",
                "fail      2  pi-1   v1.2   1.5 s        0_smoke  2026-11-21 10:00:00  nightly",
            ])
    }

    @Test func aCaseThatWasNeverSeen() {
        let none = CaseHistory(name: "ne\u{1B}[31mt", outcomes: [], cut: false)
        #expect(HistoryView(style: .plain).lines(none) == ["no outcome of `net`"])
    }

    @Test func flakyCases() {
        let flaky = FlakyCaseInfo(
            suite: "0_smoke", name: "net", job: "nightly", deviceType: "rpi4", passes: 8, failures: 2, flips: 3,
            repeats: 6, rate: 0.5, lastFlip: Self.time, lastJob: 9, boards: ["pi-1"], build: Self.build)
        let list = FlakyList(cases: [flaky], total: 3, results: 100, withoutBuild: 40, cut: false)
        #expect(
            ChangesView(style: .plain).flaky(list) == [
                "TEST          FLIPS  RATE  PASSED  FAILED  TYPE  FAILED ON  LAST (UTC)           JOB  JOB NAME",
                "0_smoke/net  3 of 6  50 %       8       2  rpi4  pi-1       2026-11-21 10:00:00    9  nightly",
                "and 2 more",
                "40 of 100 results tell no build: name it in the job's `metadata`, such as `build: 1234`",
            ])
    }

    @Test func regressionsNameBothBuilds() {
        let before = BuildOutcomesInfo(
            build: BuildInfo(name: "v1.1", source: "s"), passes: 6, failures: 0, firstJob: 3, lastJob: 5,
            first: Self.time, last: Self.time)
        let now = BuildOutcomesInfo(
            build: Self.build, passes: 0, failures: 1, firstJob: 7, lastJob: 7, first: Self.time, last: Self.time)
        let change = CaseChangeInfo(
            suite: "0_smoke", name: "net", job: "nightly", deviceType: "rpi4", kind: "regression", certainty: "thin",
            before: before, since: now, now: now, builds: 1)
        let list = ChangeList(changes: [change], total: 1, results: 7, withoutBuild: 0, cut: true)
        #expect(
            ChangesView(style: .plain).changes(list) == [
                "fail since a build", "  0_smoke/net on rpi4, nightly (too few runs to be sure)",
                "    since v1.2 (job 7, 2026-11-21 10:00:00); failed 1 of 1 on the newest",
                "    before: v1.1 (job 5), 6 passed, 0 failed", "only the newest results were looked at",
            ])
        let none = ChangeList(changes: [], total: 0, results: 0, withoutBuild: 0, cut: false)
        #expect(ChangesView(style: .plain).changes(none) == ["no test case changed"])
    }

    @Test func aBoardsPastBeginsWithItsSigns() {
        let figures = BoardFiguresInfo(
            jobs: 10, booted: 10, withFailedBoot: 3, infrastructureFailures: 0, bootTime: 20, switches: 30)
        let trend = BoardTrendInfo(
            lately: figures, long: figures,
            signs: [BoardSignInfo(kind: "boot-failures", text: "3 of 10", chance: 0.001)])
        let run = BoardRunInfo(
            job: 9, jobName: "nightly", attempt: 1, ended: Self.time, outcome: "boot", step: "auto-login-action",
            boots: 1,
            failedBoots: 1, switches: 3)
        let history = BoardHistoryInfo(
            board: "pi-1", type: "rpi4", trend: trend, runs: [run],
            healthChanges: [HealthChangeInfo(at: Self.time, health: "Bad", reason: "smoke")])
        let lines = BoardHistoryView(style: .plain).lines(history)
        #expect(lines.prefix(2) == ["pi-1 (rpi4)", "! 3 of 10"])
        #expect(lines.contains("last 10     10      3 of 10     0 of 10     20.0 s        30"))
        #expect(lines.contains { $0.contains("boot failed") && $0.contains("auto-login-action") })
        #expect(lines.suffix(2) == ["health", "  2026-11-21 10:00:00  Bad: smoke"])
    }

    @Test func aBoardWithASignIsMarkedInTheList() {
        var board = BoardInfo(name: "pi-1", type: "rpi4", state: "Idle", health: "Good", power: "off")
        board.signs = ["boots 40 % slower than a week ago"]
        let lines = BoardView(style: .plain).table(BoardList(boards: [board]))
        #expect(lines[1].contains("Good !"))
        #expect(lines.last == "pi-1: boots 40 % slower than a week ago")
        #expect(BoardView(style: .plain).details(board).contains { $0.contains("boots 40 %") })
    }

    @Test func anExplanationNamesWhereTheWayWasLeft() {
        let common = BootLinePair(
            good: BootLineInfo(text: "sdhci: ready", at: 4.9), failed: BootLineInfo(text: "sdhci: ready", at: 4.93))
        let explanation = JobExplanationInfo(
            job: 42, name: "smoke", board: "pi-1", kind: "stopped",
            summary: "pi-1 went its usual way for 4.9 s and then said nothing more",
            failure: FailureInfo(type: "Job", message: "waited in vain", place: "auto-login-action"),
            advice: ["reseat the card"],
            reference: GoodBootInfo(job: 41, jobName: "smoke", ended: Self.time, bootTime: 10.4, sameJob: true),
            lastCommon: common, expected: [BootLineInfo(text: "mmc0: new card", at: 5)], instead: [], unusual: [],
            missing: [], bootTime: 60, silence: 55, matched: 40, lines: 40)
        #expect(
            ExplanationOfJobView(style: .plain).lines(explanation) == [
                "job 42: pi-1 went its usual way for 4.9 s and then said nothing more",
                "  failed in step auto-login-action (Job): waited in vain",
                "  compared with job 41 of 2026-11-21 10:00:00 UTC (the same job), which booted in 10.4 s", "",
                "last common line     4.9 s  sdhci: ready", "expected next        5.0 s  mmc0: new card",
                "came instead      nothing for 55.0 s", "", "try: reseat the card",
            ])
    }
}
