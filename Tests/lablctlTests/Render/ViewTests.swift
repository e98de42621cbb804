import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct ViewTests {
    @Test func aJobsEndingSaysHowAndWhy() {
        let view = JobView(style: .plain)
        let counts = ResultCounts(pass: 5, skip: 1)
        #expect(
            view.ending(Fixture.job(results: counts)) == "job 1: Complete, 5 tests passed, 1 skipped in 4.3 s")
        let failure = FailureInfo(type: "Infrastructure", message: "no console", advice: "look at the cable")
        #expect(
            view.ending(Fixture.job(health: "Incomplete", failure: failure)) == """
                job 1: Incomplete in 4.3 s
                  Infrastructure: no console
                  try: look at the cable
                """)
    }

    @Test func stepsAreToldApartFromTests() {
        let steps = StepCounts(pass: 8, fail: 1)
        #expect(JobView.counts(ResultCounts(pass: 2, steps: StepCounts(pass: 9))) == "2 tests passed (9 steps)")
        #expect(
            JobView.counts(ResultCounts(pass: 2, fail: 1, steps: steps))
                == "2 tests passed, 1 failed (9 steps, 1 failed)"
        )
        #expect(JobView.counts(ResultCounts(fail: 1)) == "1 test failed")
        #expect(JobView.counts(ResultCounts(steps: StepCounts(pass: 1))) == "no tests (1 step)")
        #expect(JobView.counts(ResultCounts()) == "no results")
    }

    @Test func aCanceledJobSaysItOnce() {
        let failure = FailureInfo(type: "Canceled", message: "canceled by local: no longer needed")
        let job = Fixture.job(health: "Canceled", failure: failure)
        let view = JobView(style: .plain)
        #expect(view.details(job).contains("because    canceled by local: no longer needed"))
        #expect(view.ending(job) == "job 1: Canceled in 4.3 s\n  canceled by local: no longer needed")
    }

    @Test func anInterruptionIsTold() {
        var job = Fixture.job()
        let view = JobView(style: .plain)
        #expect(!view.details(job).contains { $0.hasPrefix("attempt") })
        job.attempt = 2
        #expect(view.details(job).contains("attempt    2: labd stopped during an earlier run"))
        job.attempt = 4
        #expect(view.details(job).contains("attempt    4: labd stopped during 3 earlier runs"))
    }

    /// A run that the lab failed is no interruption.
    @Test func whatTheLabFailedIsTold() {
        var job = Fixture.job()
        (job.attempt, job.tried) = (2, ["sim-1"])
        #expect(JobView.attempts(job) == "2: the lab failed it on sim-1")
        job.attempt = 3
        #expect(JobView.attempts(job) == "3: the lab failed it on sim-1; labd stopped during an earlier run")
        (job.state, job.attempt, job.tried) = ("Submitted", 2, ["sim-1", "sim-2"])
        #expect(JobView.attempts(job) == "3 is to come: the lab failed it on sim-1, sim-2")
        (job.attempt, job.tried) = (0, nil)
        #expect(JobView.attempts(job) == nil)
        var member = Fixture.job()
        member.attempt = 2
        member.group = GroupInfo(id: 12, number: "12.1", role: "server", size: 3)
        #expect(JobView.attempts(member) == "2: an earlier run of its group broken off")
    }

    @Test func whatAJobIsBesidesItsNameIsTold() {
        var job = Fixture.job()
        (job.healthCheck, job.board) = (true, "sim-1")
        let view = JobView(style: .plain)
        #expect(view.details(job).contains("health check  of sim-1"))
        #expect(JobView.title(job).hasSuffix(" (health check)"))
        var member = Fixture.job()
        member.group = GroupInfo(id: 12, number: "12.1", role: "server", size: 3, essential: true)
        #expect(JobView.title(member).hasSuffix(" (12.1 server)"))
        #expect(view.details(member).contains("group      12.1, role server, essential; 3 jobs that run together"))
    }

    @Test func aJobThatHasNotBegunHasNoResultsToTell() {
        var job = Fixture.job(health: "Unknown", results: ResultCounts())
        let view = JobView(style: .plain)
        #expect(view.details(job).contains { $0.hasPrefix("results") })
        (job.state, job.started, job.ended) = ("Submitted", nil, nil)
        #expect(!view.details(job).contains { $0.hasPrefix("results") })
        #expect(view.table(JobList(jobs: [job], total: 1)).last?.contains("Unknown") == false)
    }

    @Test func whatIsTooLongGoesOnBelow() {
        var job = Fixture.job()
        job.waiting = "the only board of type sim with the tags can, usb, sim-3, is busy with job 4; next in the queue"
        let narrow = TextStyle(usesColour: false, usesUnicode: false, width: 60)
        let lines = JobView(style: narrow).details(job)
        #expect(lines.contains("waits      the only board of type sim with the tags can,"))
        #expect(lines.contains("           usb, sim-3, is busy with job 4; next in the queue"))
        #expect(lines.allSatisfy { $0.count <= 60 })
        let error = CommandError(
            .busy,
            Failure(
                .job, "the board sim-4 is not free: bob holds it", at: "sim-4",
                advice: "ask bob, or take it back with `lablctl kick sim-4 --reason …`"))
        #expect(
            ErrorView(style: narrow).lines(error) == [
                "lablctl: the board sim-4 is not free: bob holds it",
                "  try: ask bob, or take it back with",
                "       `lablctl kick sim-4 --reason …`",
            ])
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
        #expect(lines.contains("  verdict: brick (bootloader-prompt), not allowed by the job"))
        #expect(lines.contains("  after: not alive"))
        #expect(lines.suffix(2) == ["    | labd: no slot", "    | => "])
    }

    @Test func aSurvivorShowsWhatItRuns() {
        let lines = PowerCutView(style: .plain).lines(Fixture.cut("old"))
        #expect(lines.contains("  before: version v1, slot A"))
        #expect(lines.contains("  after: version v1, slot A, 1.9 s after power-on"))
        #expect(lines.contains("  trigger to switch command: 400 us"))
        #expect(lines.contains("  verdict: old, allowed by the job"))
        #expect(!lines.contains { $0.contains("last lines") })
    }

    @Test func silenceFromTheFirstMomentIsTold() {
        var cut = Fixture.cut("old")
        cut.silenceLatency = 0
        #expect(
            PowerCutView(style: .plain).lines(cut).contains("  switch command to silence: nothing more was printed"))
    }

    @Test func anUndecidedCutNeverPasses() {
        var cut = Fixture.cut("undecided", allowed: false)
        #expect(
            PowerCutView(style: .plain).lines(cut)
                .contains("  verdict: undecided, nothing can be said, which never passes"))
        cut.alive = false
        #expect(
            PowerCutView(style: .plain).lines(cut).contains("  after: not seen alive before the watch ended"))
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
