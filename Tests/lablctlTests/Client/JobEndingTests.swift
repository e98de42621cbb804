import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct JobEndingTests {
    @Test(arguments: [
        ("Complete", "pass", CommandStatus.success), ("Complete", "skip", .success), ("Complete", "fail", .testsFailed),
        ("Incomplete", "pass", .incomplete), ("Incomplete", "fail", .incomplete), ("Canceled", "pass", .canceled),
        ("Unknown", "pass", .internalError),
    ])
    func healthAndTestsDecide(health: String, result: String, status: CommandStatus) {
        let results = Fixture.results([Fixture.result("case", result)])
        #expect(CommandStatus(job: Fixture.job(health: health), results: results) == status)
    }

    @Test func aStepThatPassedLaterDidNotFail() {
        let retried = [
            Fixture.result("auto-login-action", "fail", suite: "lava"),
            Fixture.result("auto-login-action", "pass", suite: "lava"),
        ]
        #expect(!Fixture.results(retried).hasFailedTests)
        #expect(Fixture.results([retried[0]]).hasFailedTests)
    }

    @Test func aCompleteJobWhoseTestsPassedIsASuccess() {
        let results = Fixture.results([
            Fixture.result("download-retry", "fail", suite: "lava"),
            Fixture.result("download-retry", "pass", suite: "lava"),
            Fixture.result("job", "pass", suite: "lava"), Fixture.result("uname", "pass"),
        ])
        #expect(CommandStatus(job: Fixture.job(), results: results) == .success)
    }

    @Test func aTestThatPassedOnceAndFailedOnceFailed() {
        let twice = [Fixture.result("case", "pass"), Fixture.result("case", "fail")]
        #expect(Fixture.results(twice).hasFailedTests)
    }

    @Test func exitCodesAreThoseOfTheDocumentation() {
        #expect(CommandStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 64, 65, 66, 69, 70, 75, 77, 78, 130])
    }
}

/// Values of the API for tests.
enum Fixture {
    static func job(
        id: Int64 = 1, name: String = "a job", state: String = "Finished", health: String = "Complete",
        failure: FailureInfo? = nil, results: ResultCounts? = nil
    ) -> JobInfo {
        JobInfo(
            id: id, name: name, submitter: "me", deviceType: "sim", state: state, health: health, board: "sim-1",
            submitted: "2026-08-20T10:00:00.000000+00:00", started: "2026-08-20T10:00:01.000000+00:00",
            ended: "2026-08-20T10:00:05.250000+00:00", attempt: 1, failure: failure, results: results)
    }

    static func result(
        _ name: String, _ result: String, suite: String = "0_hello", measurement: Double? = nil, units: String? = nil
    ) -> ResultInfo {
        ResultInfo(
            suite: suite, name: name, result: result, measurement: measurement, units: units,
            logged: "2026-08-20T10:00:04.000000+00:00")
    }

    static func results(_ results: [ResultInfo], cuts: [PowerCutInfo] = []) -> JobResults {
        JobResults(job: 1, results: results, powerCuts: cuts)
    }

    static func cut(
        _ outcome: String, brick: String? = nil, allowed: Bool = true, lastLines: [String] = ["=> "]
    ) -> PowerCutInfo {
        PowerCutInfo(
            name: "update", outcome: outcome, brickKind: brick, allowed: allowed, alive: outcome != "brick",
            whole: outcome == "brick" ? nil : true, versionBefore: "v1",
            versionAfter: outcome == "brick" ? nil : "v1", slotBefore: "A", slotAfter: outcome == "brick" ? nil : "A",
            boots: 1, recoveryTime: outcome == "brick" ? nil : 1.9, commandLatency: 0.0004, silenceLatency: 0.002,
            triggerLine: "LABD-PHASE copy 50%", lastLines: lastLines)
    }
}
