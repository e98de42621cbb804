import LabModel
import LabWire

extension WireSamples {
    private static let build = BuildInfo(name: "n", source: "s")
    private static let outcome = CaseOutcomeInfo(
        suite: "s", set: "t", result: "pass", measurement: 1, units: "u", logged: "t", job: 1, jobName: "n", attempt: 1,
        deviceType: "t", board: "b", build: build)
    private static let onBuild = BuildOutcomesInfo(
        build: build, passes: 1, failures: 1, firstJob: 1, lastJob: 1, first: "t", last: "t")
    private static let flaky = FlakyCaseInfo(
        suite: "s", set: "t", name: "n", job: "j", deviceType: "t", passes: 1, failures: 1, flips: 1, repeats: 1,
        rate: 1,
        lastFlip: "t", lastJob: 1, boards: ["b"], build: build)
    private static let change = CaseChangeInfo(
        suite: "s", set: "t", name: "n", job: "j", deviceType: "t", kind: "regression", certainty: "sure",
        before: onBuild, since: onBuild, now: onBuild, builds: 1)
    private static let figures = BoardFiguresInfo(
        jobs: 1, booted: 1, withFailedBoot: 1, infrastructureFailures: 1, bootTime: 1, switches: 1)
    private static let sign = BoardSignInfo(kind: "slow-boots", text: "t", chance: 0.001)
    private static let trend = BoardTrendInfo(lately: figures, long: figures, others: figures, signs: [sign])
    private static let run = BoardRunInfo(
        job: 1, jobName: "n", attempt: 1, started: "t", ended: "t", outcome: "boot", errorType: "Job", step: "s",
        boots: 1, failedBoots: 1, bootTime: 1, switches: 1, build: build)
    private static let healthChange = HealthChangeInfo(at: "t", health: "Bad", reason: "r")
    private static let line = BootLineInfo(text: "t", at: 1)
    private static let pair = BootLinePair(good: line, failed: line)
    private static let good = GoodBootInfo(job: 1, jobName: "n", ended: "t", bootTime: 1, sameJob: true)
    private static let lost = LostTime(line: pair, seconds: 1)

    /// Those of what the lab has seen.
    static let history: [String: any Encodable & Sendable] = [
        "CaseHistory": CaseHistory(name: "n", outcomes: [outcome], cut: true),
        "CaseOutcomeInfo": outcome,
        "BuildInfo": build,
        "FlakyList": FlakyList(cases: [flaky], total: 1, results: 1, withoutBuild: 1, cut: true),
        "FlakyCaseInfo": flaky,
        "ChangeList": ChangeList(changes: [change], total: 1, results: 1, withoutBuild: 1, cut: true),
        "CaseChangeInfo": change,
        "BuildOutcomesInfo": onBuild,
        "BoardHistoryInfo": BoardHistoryInfo(
            board: "b", type: "t", trend: trend, runs: [run], healthChanges: [healthChange]),
        "BoardTrendInfo": trend,
        "BoardFiguresInfo": figures,
        "BoardSignInfo": sign,
        "BoardRunInfo": run,
        "HealthChangeInfo": healthChange,
        "JobExplanationInfo": JobExplanationInfo(
            job: 1, name: "n", board: "b", kind: "stopped", summary: "s",
            failure: FailureInfo(type: "Job", message: "m", place: "p", advice: "a"), advice: ["a"], reference: good,
            lastCommon: pair, expected: [line], instead: [line], unusual: [line], missing: [line], fatal: line,
            bootTime: 1, silence: 1, lostTime: lost, matched: 1, lines: 1),
        "GoodBootInfo": good,
        "BootLineInfo": line,
        "BootLinePair": pair,
        "LostTime": lost,
    ]
}
