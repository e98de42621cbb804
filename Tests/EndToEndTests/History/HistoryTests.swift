import Foundation
import LabWire
import Testing

/// The lab's past as people meet it: boots that fail after good ones, through the real daemon and lablctl.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HistoryTests {
    private static let boot = "boot: [U-Boot SPL 2023.01, Linux version 6.1, sdhci ready, mounted root, init runs]"
    /// A board comes up the first time that a job boots it, and not the second time.
    private static let boards = [
        (tag: "hangs", options: "{\(boot), faults: [{kind: hang, at: sdhci*, boots: [2]}]}"),
        (tag: "panics", options: "{\(boot), faults: [{kind: panic, at: mounted*, boots: [2]}]}"),
    ]
    private static let again = "- boot: {method: minimal, prompts: ['/ # '], timeout: {seconds: 4}}"

    @Test func aFailedBootIsExplainedByTheLastGoodOne() async throws {
        try await HostileLab.with(Self.boards) { lab in
            for (tag, kind) in [("hangs", "stopped"), ("panics", "panicked")] {
                let good = try await lab.run(HostileJob(tag: tag, blocks: []))
                #expect(good.job.health == "Complete", "\(good.failure)")
                let failed = try await lab.run(HostileJob(tag: tag, blocks: [Self.again]))
                #expect(failed.job.health == "Incomplete")
                let explanation: JobExplanationInfo = try await lab.get("/api/v1/jobs/\(failed.job.id)/explanation")
                #expect(explanation.kind == kind, "\(explanation)")
                #expect(explanation.reference?.job == good.job.id && explanation.reference?.sameJob == true)
                #expect(["sdhci ready", "mounted root", "init runs"].contains(explanation.expected.first?.text))
                let told = try await lab.daemon.ctl(["job", "explain", String(failed.job.id)])
                #expect(told.status == 0 && told.output.contains("last common line"), "\(told.output)\(told.errors)")
                try await expectPast(of: tag, lab)
            }
            let panic: JobList = try await lab.get("/api/v1/jobs?board=panics&limit=1")
            let explanation: JobExplanationInfo = try await lab.get("/api/v1/jobs/\(panic.jobs[0].id)/explanation")
            #expect(explanation.fatal?.text.contains("Kernel panic") == true)
            let flaky = try await lab.daemon.ctl(["flaky"])
            #expect(flaky.status == 0 && flaky.output.hasPrefix("no flaky test case\n"), "\(flaky.output)")
            #expect(try await lab.daemon.ctl(["regressions"]).output.hasPrefix("no test case changed\n"))
        }
    }

    /// A board that failed its second boot of two after one good run.
    private func expectPast(of board: String, _ lab: HostileLab) async throws {
        let history: BoardHistoryInfo = try await lab.get("/api/v1/history/boards/\(board)")
        #expect(history.runs.map(\.outcome) == ["boot", "complete"])
        #expect(history.runs.map(\.boots) == [2, 1] && history.runs.map(\.failedBoots) == [1, 0])
        #expect(history.runs.allSatisfy { ($0.bootTime ?? 0) > 0 && $0.switches > 0 }, "\(history.runs)")
        let told = try await lab.daemon.ctl(["board", "history", board])
        #expect(told.status == 0 && told.output.contains("boot failed"), "\(told.output)\(told.errors)")
        let logins: CaseHistory = try await lab.get(
            "/api/v1/history/cases?name=auto-login-action&suite=lava&board=\(board)")
        #expect(logins.outcomes.map(\.result) == ["fail", "pass", "pass"])
        let shown = try await lab.daemon.ctl(["history", "auto-login-action", "--board", board])
        #expect(shown.output.hasPrefix("auto-login-action: 2 passed, 1 failed of the last 3\n"), "\(shown.output)")
    }
}
