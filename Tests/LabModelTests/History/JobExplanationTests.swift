import LabModel
import Testing

@Suite struct JobExplanationTests {
    private let reference = JobExplanation.Reference(
        job: JobID(rawValue: 41), jobName: "smoke", ended: WallTime(nanoseconds: 0), bootTime: 10.4, isSameJob: true)

    private func job(_ health: JobHealth = .incomplete, state: JobState = .finished, failure: Failure? = nil)
        -> JobRecord
    {
        JobRecord(
            id: JobID(rawValue: 42), name: "smoke", submitter: "ada", deviceType: nil, requestedBoard: nil,
            priority: 50,
            tags: [], state: state, health: health, board: BoardName(rawValue: "bbb-1"),
            submitted: WallTime(nanoseconds: 0), started: nil, ended: nil, attempt: 1,
            failure: failure ?? Failure(.job, "waited in vain", at: "auto-login-action"), queueTimeout: nil)
    }

    /// The log of a boot with these lines, that ended so and after so many seconds.
    private func transcript(_ lines: [BootLine], result: String = "fail", end: Double = 60) -> BootTranscript {
        var transcript = BootTranscript()
        transcript.add(at: 90, .target, "noise of an earlier life")
        transcript.add(at: 98, .info, "start: 2.3 reset-device (timeout 00:05:00)")
        transcript.add(at: 99, .debug, "power off")
        transcript.add(at: 100, .debug, "power on")
        transcript.add(at: 100, .info, "end: 2.3 reset-device (duration 00:00:02)")
        transcript.add(at: 100, .info, "start: 2.6 auto-login-action (timeout 00:05:00)")
        for line in lines { transcript.add(at: 100 + line.at, .target, line.text) }
        transcript.add(at: 100 + end, .info, "end: 2.6 auto-login-action (duration 00:01:00)")
        transcript.add(at: 100 + end, .results, "auto-login-action=\(result)")
        return transcript
    }

    private func explain(_ lines: [BootLine], end: Double = 60) -> JobExplanation {
        JobExplanation(
            of: job(), failed: transcript(lines, end: end),
            good: (reference, transcript(SampleBoot.lines(), result: "pass", end: 10.4)))
    }

    @Test func theTranscriptBeginsAtThePowerOn() {
        let boot = transcript(SampleBoot.lines(), result: "pass", end: 10.4)
        #expect(boot.lines.first?.text.hasPrefix("U-Boot SPL") == true)
        #expect(abs((boot.lines.first?.at ?? 0) - 0.11) < 1e-6)
        #expect(boot.hasSucceeded == true && boot.boots == 1)
        #expect(abs(boot.duration - 10.4) < 1e-6)
    }

    @Test func onlyTheLastBootCounts() {
        var boot = transcript(SampleBoot.lines(through: "DRAM"))
        boot.add(at: 200, .info, "start: 2.3 reset-device (timeout 00:05:00)")
        boot.add(at: 201, .debug, "power on")
        boot.add(at: 202, .target, "U-Boot SPL 2023.01")
        #expect(boot.boots == 2 && boot.lines.count == 1 && boot.hasSucceeded == nil)
    }

    @Test func linesBesideTheWordsOfTheirTimeBelongToTheBoot() {
        var boot = BootTranscript()
        boot.add(at: 9, .info, "start: 1.2 reset-device (timeout 00:05:00)")
        boot.add(at: 10, .debug, "power off")
        boot.add(at: 12, .target, "U-Boot SPL 2023.01")
        boot.add(at: 12.5, .debug, "power on")
        boot.add(at: 13, .target, "Starting kernel ...")
        boot.add(at: 20, .info, "end: 1.4 auto-login-action (duration 00:00:08)")
        boot.add(at: 19.5, .target, "login: root")
        boot.add(at: 20.5, .target, "what the test printed")
        #expect(boot.lines.map(\.text) == ["U-Boot SPL 2023.01", "Starting kernel ...", "login: root"])
        #expect(boot.lines.map(\.at) == [0, 1, 7.5])
        #expect(boot.duration == 8)
    }

    @Test func whatAnEarlierRunBootedIsForgotten() {
        var boot = BootTranscript()
        boot.add(at: 0, .info, "job 42 'smoke' runs on bbb-1")
        boot.add(at: 9, .info, "start: 1.2 reset-device (timeout 00:05:00)")
        boot.add(at: 12, .target, "U-Boot SPL 2023.01")
        boot.add(at: 90, .info, "job 42 'smoke' runs on bbb-2")
        boot.add(at: 91, .error, "no such file")
        #expect(boot == BootTranscript())
        boot.add(at: 100, .info, "start: 1.2 reset-device (timeout 00:05:00)")
        boot.add(at: 101, .target, "job 42 'smoke' runs on bbb-3")
        #expect(boot.boots == 1 && boot.lines.count == 1, "what a board prints begins nothing")
    }

    @Test func aLongBootIsCut() {
        var boot = BootTranscript()
        boot.add(at: 0, .info, "start: 1.1 boot-qemu-image (timeout 00:05:00)")
        for number in 0...BootTranscript.mostLines { boot.add(at: Double(number), .target, "line") }
        #expect(boot.lines.count == BootTranscript.mostLines && boot.dropped == 1)
    }

    @Test func aHang() {
        let explanation = explain(SampleBoot.again(SampleBoot.lines(through: "sdhci: Secure")))
        #expect(explanation.kind == .stopped)
        #expect(explanation.summary == "bbb-1 went its usual way for 4.9 s and then said nothing more")
        #expect(explanation.silence.map { $0 > 54 && $0 < 56 } == true)
        #expect(explanation.reference == reference)
        #expect(!explanation.advice.isEmpty)
    }

    @Test func aPanic() {
        let explanation = explain(
            SampleBoot.lines(through: "mmcblk1: mmc1")
                + SampleBoot.stamped(
                    5.7, "[    2.3] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(179,2)"))
        #expect(explanation.kind == .panicked)
        #expect(explanation.fatal?.at == 5.7 || abs((explanation.fatal?.at ?? 0) - 5.7) < 1e-6)
        #expect(explanation.summary.hasPrefix("bbb-1 gave up 5.7 s after power-on: "))
        #expect(explanation.advice.first?.contains("root=") == true)
    }

    @Test func aSlowBoot() {
        let lines = SampleBoot.lines(through: "Started ssh").map { BootLine($0.text, at: $0.at * 6) }
        #expect(explain(lines, end: 56).kind == .slow)
    }

    @Test func aSilentBoard() {
        let explanation = explain([])
        #expect(explanation.kind == .silent)
        #expect(explanation.summary == "bbb-1 printed nothing for 60 s after its power was switched on")
        #expect(explanation.advice.contains { $0.contains("lablctl board check bbb-1") })
    }

    @Test func anotherWay() {
        let explanation = explain(
            SampleBoot.lines(through: "Hit any key")
                + SampleBoot.stamped(1.4, "Card did not respond to voltage select! : -110", "=> "))
        #expect(explanation.kind == .differed)
        #expect(explanation.summary == "bbb-1 left its usual way 1.4 s after power-on")
        #expect(explanation.advice.first?.contains("reseat") == true)
    }

    @Test func allCameAndStillItFailed() {
        #expect(explain(SampleBoot.again(SampleBoot.lines())).kind == .followed)
    }

    @Test func withoutAGoodBootItIsSaid() {
        let explanation = JobExplanation(of: job(), failed: transcript(SampleBoot.lines(through: "DRAM")), good: nil)
        #expect(explanation.kind == .noGoodBoot && explanation.comparison == nil)
    }

    @Test func whatIsNotTheBoot() {
        #expect(JobExplanation(of: job(.complete), failed: nil, good: nil).kind == .complete)
        #expect(JobExplanation(of: job(.unknown, state: .running), failed: nil, good: nil).kind == .unfinished)
        let canceled = Failure(.canceled, "canceled by ada")
        #expect(
            JobExplanation(of: job(.canceled, failure: canceled), failed: nil, good: nil).summary == "canceled by ada")
        #expect(JobExplanation(of: job(), failed: BootTranscript(), good: nil).kind == .beforeBoot)
        let booted = transcript(SampleBoot.lines(), result: "pass", end: 10.4)
        let later = JobExplanation(of: job(failure: Failure(.test, "no")), failed: booted, good: nil)
        #expect(later.kind == .afterBoot)
        #expect(later.summary == "bbb-1 came up as it should after 10 s; what failed came later")
    }
}
