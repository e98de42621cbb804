import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct DemoTests {
    private let hello = DemoChapter.all[0]
    private let update = DemoChapter.all[1]
    private let inPlace = DemoChapter.all[2]
    private let passes = Fixture.results([Fixture.result("uname", "pass"), Fixture.result("usb", "skip")])

    @Test func theThreeChaptersGoAsTold() {
        let first = hello.judge(Fixture.job(), passes)
        #expect(first.isAsTold)
        #expect(first.sentence == "booted U-Boot and Linux; 1 test passed, 1 skipped on purpose")
        let second = update.judge(Fixture.job(), Fixture.results([], cuts: [Fixture.cut("old")]))
        #expect(second.isAsTold)
        #expect(second.sentence.contains("came back on the old version, v1 in slot A, 1.9 s after"))
        #expect(second.lastLines.isEmpty)
        let brick = Fixture.cut(
            "brick", brick: "bootloader-prompt", allowed: false, lastLines: ["no bootable slot", "=>"])
        let third = inPlace.judge(Fixture.job(), Fixture.results([Fixture.result("update", "fail")], cuts: [brick]))
        #expect(third.isAsTold)
        #expect(third.sentence.contains("brick (bootloader-prompt"))
        #expect(third.lastLines == ["no bootable slot", "=>"])
    }

    private let everyCut = DemoChapter.all[3]

    private func explored(_ changes: [String: DataValue] = [:]) -> JobResults {
        var row = Fixture.result("textbook-update", "fail")
        row.metadata = [
            "writes": 74, "states": 855, "boots": 40, "failing": 18, "end": "completed", "recheck_booted": 19,
            "recheck_wrong": 0, "smallest_failing_state": "w67", "smallest_failing_verdict": "bootloader",
            "console_tail": ["Failed to load 'boot.scr'", "=>"],
        ]
        row.metadata.merge(changes) { _, new in new }
        return Fixture.results([row])
    }

    @Test func everyPowerCutGoesAsTold() {
        let judgement = everyCut.judge(Fixture.job(), explored())
        #expect(judgement.isAsTold)
        #expect(
            judgement.sentence == "74 writes can be cut into 855 states, decided by 40 boots; 18 of them brick the "
                + "board, the smallest after w67 (19 pruned ones booted all the same, 0 wrong)")
        #expect(judgement.lastLines == ["Failed to load 'boot.scr'", "=>"])
        #expect(everyCut.hasPage && !hello.hasPage)
    }

    @Test(
        arguments: [
            ["end": "budget"], ["failing": 0], ["smallest_failing_verdict": "hang"], ["recheck_booted": 0],
            ["recheck_wrong": 1],
        ] as [[String: DataValue]])
    func anExplorationThatFindsSomethingElseIsNotAsTold(change: [String: DataValue]) {
        #expect(everyCut.judge(Fixture.job(), explored(change)).differences.count == 1)
    }

    @Test func noExplorationIsNotAsTold() {
        #expect(!everyCut.judge(Fixture.job(), passes).isAsTold)
    }

    @Test func aFailedTestIsNotAsTold() {
        let results = Fixture.results([Fixture.result("uname", "pass"), Fixture.result("disk", "fail")])
        #expect(hello.judge(Fixture.job(), results).differences == ["every test should pass; failed: disk"])
    }

    @Test func aFailedStepIsNotAsTold() {
        let results = Fixture.results([Fixture.result("uname", "pass"), Fixture.result("login", "fail", suite: "lava")])
        #expect(!hello.judge(Fixture.job(), results).isAsTold)
    }

    @Test func noTestsAtAllIsNotAsTold() {
        #expect(!hello.judge(Fixture.job(), Fixture.results([])).isAsTold)
    }

    @Test func anIncompleteJobSaysWhy() {
        let job = Fixture.job(health: "Incomplete", failure: FailureInfo(type: "Infrastructure", message: "no board"))
        #expect(hello.judge(job, passes).differences == ["the job should be Complete; it is Incomplete: no board"])
    }

    @Test(arguments: ["new", "fell-back", "recovered-late", "corrupt", "brick", "undecided", "novel"])
    func anyOtherVerdictOfTheUpdateIsNotAsTold(outcome: String) {
        let judgement = update.judge(Fixture.job(), Fixture.results([], cuts: [Fixture.cut(outcome)]))
        #expect(judgement.differences.first == "the verdict should be `old`; it is `\(outcome)`")
    }

    @Test func anUndecidedCutSaysThatNothingCanBeSaid() {
        let judgement = update.judge(Fixture.job(), Fixture.results([], cuts: [Fixture.cut("undecided")]))
        #expect(judgement.sentence.contains("nothing can be said of what came back"))
        #expect(!judgement.isAsTold)
    }

    @Test func aBrickWithoutKindOrLinesIsNotAsTold() {
        let cut = Fixture.cut("brick", lastLines: [])
        #expect(inPlace.judge(Fixture.job(), Fixture.results([], cuts: [cut])).differences.count == 2)
    }

    @Test func aJobWithoutACutIsNotAsTold() {
        #expect(!update.judge(Fixture.job(), Fixture.results([])).isAsTold)
    }

    @Test func theSummarySaysHowAllWent() {
        let brick = Fixture.cut("brick", brick: "hang", allowed: false, lastLines: ["Starting kernel ..."])
        let entries = [
            DemoSummary.Entry(chapter: hello, judgement: hello.judge(Fixture.job(), passes), seconds: 6.2),
            DemoSummary.Entry(
                chapter: inPlace, judgement: inPlace.judge(Fixture.job(), Fixture.results([], cuts: [brick])),
                seconds: 9),
        ]
        let lines = DemoSummary(style: .plain).lines(entries)
        #expect(DemoSummary.status(entries) == .success)
        #expect(lines.contains("[ok] 1. hello: as told (6.2 s)"))
        #expect(lines.contains("       | Starting kernel ..."))
        #expect(lines.contains("All 2 jobs went as told."))
    }

    @Test func theSummaryShowsWhatDiffers() {
        let entries = [
            DemoSummary.Entry(
                chapter: update, judgement: update.judge(Fixture.job(), Fixture.results([], cuts: [Fixture.cut("new")]))
            ),
            DemoSummary.Entry(chapter: inPlace),
        ]
        let lines = DemoSummary(style: .plain).lines(entries)
        #expect(DemoSummary.status(entries) == .testsFailed)
        #expect(lines.contains("     Differs: the verdict should be `old`; it is `new`."))
        #expect(lines.contains("[skip] 2. in-place update, power cut: did not run"))
        #expect(lines.last == "0 of 2 jobs went as told.")
    }

    @Test func exampleFoldersAreFoundAboveTheProgram() throws {
        let files = Set(DemoChapter.all.map { "/src/labd/examples/demo/\($0.file)" })
        let places = DemoExamples(
            programFolder: "/src/labd/.build/debug", workingFolder: "/home/me", exists: files.contains)
        #expect(try places.locate(option: nil) == "/src/labd/examples/demo")
        let error = #expect(throws: CommandError.self) { try places.locate(option: "/elsewhere") }
        #expect(error?.status == .notFound)
    }

    @Test func compactLogsKeepLandmarksOnly() {
        let view = CompactLogView(style: .plain)
        func shown(_ level: String, _ message: DataValue) -> CompactLogView.Shown? {
            view.shown(for: LogLine(dt: "t", lvl: level, msg: message))
        }
        #expect(shown("target", "U-Boot 2023.01") == .line("| U-Boot 2023.01"))
        #expect(shown("target", "LABD-UP version=v1 slot=A") == .line("| LABD-UP version=v1 slot=A"))
        #expect(shown("target", "[    0.1] clocksource: arch") == .passing("[    0.1] clocksource: arch"))
        #expect(shown("target", "<LAVA_SIGNAL_STARTTC x>") == nil)
        #expect(shown("debug", "x") == nil)
        #expect(shown("results", ["definition": "lava", "case": "login", "result": "pass"]) == nil)
        #expect(
            shown("results", ["definition": "0_hello", "case": "uname", "result": "pass"])
                == .line("[ok] 0_hello/uname"))
    }
}
