import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct ViewTests {
    @Test func aJobsEndingSaysHowAndWhy() {
        let view = JobView(style: .plain)
        let counts = ResultCounts(pass: 5, skip: 1)
        #expect(
            view.ending(Fixture.job(results: counts)) == "job 1: Complete, 5 passed, 1 skipped in 4.3 s")
        let failure = FailureInfo(type: "Infrastructure", message: "no console", advice: "look at the cable")
        #expect(
            view.ending(Fixture.job(health: "Incomplete", failure: failure)) == """
                job 1: Incomplete in 4.3 s
                  Infrastructure: no console
                  try: look at the cable
                """)
    }

    @Test func listsSayWhatIsLeftOut() {
        let list = JobList(jobs: [Fixture.job()], total: 5)
        let lines = JobView(style: .plain).table(list)
        #expect(lines.count == 3)
        #expect(lines.last == "and 4 more")
        #expect(JobView(style: .plain).table(JobList(jobs: [], total: 0)) == ["no jobs"])
    }

    @Test func resultsStandUnderTheirSuites() {
        let results = Fixture.results([
            Fixture.result("login", "pass", suite: "lava"),
            Fixture.result("uptime", "pass", measurement: 3, units: "seconds"),
            Fixture.result("job", "pass", suite: "lava"),
        ])
        #expect(
            ResultsView(style: .plain).lines(results) == [
                "lava", "  [ok] login", "  [ok] job", "0_hello", "  [ok] uptime = 3.0 s",
            ])
    }

    @Test func aBrickShowsItsLastLines() {
        let cut = Fixture.cut(
            "brick", brick: "bootloader-prompt", allowed: false, lastLines: ["", "labd: no slot", "=> "])
        let lines = PowerCutView(style: .plain).lines(cut)
        #expect(lines.contains("  verdict: brick (bootloader-prompt), which the job has as not allowed"))
        #expect(lines.contains("  after: not alive"))
        #expect(lines.suffix(2) == ["    | labd: no slot", "    | => "])
    }

    @Test func aSurvivorShowsWhatItRuns() {
        let lines = PowerCutView(style: .plain).lines(Fixture.cut("old"))
        #expect(lines.contains("  before: version v1, slot A"))
        #expect(lines.contains("  after: version v1, slot A, 1.9 s after power-on"))
        #expect(lines.contains("  trigger to switch command: 400 us"))
        #expect(!lines.contains { $0.contains("last lines") })
    }

    @Test func explanationsMarkTheLayerThatHolds() {
        let explanation = Explanation(
            key: "bootloader.prompt", value: "=>",
            layers: [
                .init(layer: "common", file: "base/u-boot.yaml", line: 3, value: "U-Boot>", wins: false),
                .init(layer: "type qemu", file: "qemu.yaml", line: 9, value: "=>", wins: true),
            ])
        let lines = DeviceTypeView(style: .plain).explanation(explanation)
        #expect(lines.first == "bootloader.prompt = =>")
        #expect(lines.last == "*  type qemu  qemu.yaml:9         =>")
    }

    @Test func errorsSayWhereAndWhatToTry() {
        let error = CommandError(
            .busy, Failure(.infrastructure, "job 3 holds the board", at: "board-1", advice: "wait for job 3"))
        #expect(
            ErrorView(style: .plain).lines(error) == [
                "lablctl: board-1: job 3 holds the board", "  try: wait for job 3",
            ])
    }

    @Test func consolesTellWhoHoldsThem() {
        var board = BoardInfo(name: "b", type: "t", state: "Idle", health: "Good", power: "on")
        #expect(ConsoleCommand.greeting(board, types: true) == "console of b, power on; Ctrl-] leaves")
        board.currentJob = 4
        #expect(
            ConsoleCommand.greeting(board, types: false) == "console of b, held by job 4: watching only; Ctrl-C leaves")
    }
}
