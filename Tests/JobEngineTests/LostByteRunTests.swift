import LabModel
import LabSimulation
import Testing

@testable import JobEngine

/// The host's clock, four times faster.
struct FastClock: LabClock {
    private static let factor: Int64 = 4
    private let host = SystemLabClock()

    func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: host.monotonic().nanoseconds * Self.factor) }

    func wall() -> WallTime { host.wall() }

    func sleep(until deadline: MonotonicTime) async throws {
        try await host.sleep(until: MonotonicTime(nanoseconds: deadline.nanoseconds / Self.factor))
    }
}

/// Whole jobs on a console that loses bytes while the tests run.
@Suite struct LostByteRunTests {
    /// What the console shows of the captured run from the moment the runner is typed.
    static let shown: [UInt8] = {
        let start = CapturedRun.sent[0].range.lowerBound
        return Array(CapturedRun.output.utf8.dropFirst(start))
    }()

    /// - Parameter answer: what the console brings of the board's answers.
    static func bench(
        _ shown: some Sequence<UInt8>, clock: any LabClock = SystemLabClock(),
        answer: @escaping @Sendable ([Int]) -> String = { CapturedRun.answer(to: $0) }
    ) -> Bench {
        let text = String(decoding: Array(shown), as: UTF8.self)
        let bench = Bench(clock: clock) { line, console in
            if line.contains("lava-resend") {
                console.print(answer(line.split(separator: " ").dropFirst(2).compactMap { Int($0) }))
            } else if line.contains("bin/lava-test-runner") {
                console.print(text)
            } else if line.contains("RETRUNCODE") {
                console.print("<LAVA_SIGNAL_RETRUNCODE 0>\r\n/ # ")
            } else {
                let word = line.contains("LABD-STATUS") ? "LABD-STATUS=0.\r\n" : echoed(line)
                console.print((word ?? "") + "/ # ")
            }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\r\n/ # ") } }
        return bench
    }

    static func run(_ bench: Bench, _ tests: [TestDefinitionRequest]) async -> JobOutcome {
        let boot = BootAction(
            method: .minimal, prompts: ["/ # "],
            transferOverlay: TransferOverlay(downloadCommand: "wget", unpackCommand: "tar -C / -xzf"),
            kernelStartMessage: "")
        return await bench.run(
            [
                .deploy(DeployAction(method: .overlay)), .boot(boot),
                .test(TestAction(content: .definitions(tests))),
            ], timeouts: JobTimeouts(job: .seconds(600)))
    }

    static func rows(_ bench: Bench) -> [String] {
        bench.recorder.outcomes("0_smoke") + bench.recorder.outcomes("1_second")
    }

    static let whole = [
        "linux-runs: pass", "boot-time: pass", "slot-is-whole: fail", "data-is-writable: pass", "log: skip",
        "no-such-file: fail", "free-memory: unknown",
    ]

    @Test(arguments: 0..<8) func aRunThatLosesBytesHasTheSameResults(seed: Int) async {
        var chance = Seeded(seed &+ 1000)
        let kept = LostByteTests.keep(Self.shown.count, &chance)
        let bench = Self.bench(zip(Self.shown, kept).filter(\.1).map(\.0))
        let outcome = await Self.run(bench, [inlineTest("smoke"), inlineTest("second")])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(Self.rows(bench) == Self.whole)
    }

    /// Both words that end a block are lost, and the prompt is there: the board is asked.
    @Test func aBlockWhoseEndIsLostIsNoticed() async {
        let text = String(decoding: Self.shown, as: UTF8.self)
            .replacing("DONE runner", with: "DONE").replacing("RUNNER EXIT", with: "RUNNER")
        let bench = Self.bench(text.utf8, clock: FastClock())
        let outcome = await Self.run(bench, [inlineTest("smoke"), inlineTest("second")])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(Self.rows(bench) == Self.whole)
        #expect(!bench.recorder.outcomes("lava").contains("signals_0: fail"))
    }

    @Test func aLostPromptIsAskedFor() async {
        let bench = Self.bench(Self.shown.dropLast(2), clock: FastClock())
        let outcome = await Self.run(bench, [inlineTest("smoke"), inlineTest("second")])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(Self.rows(bench) == Self.whole)
    }

    @Test func whatTheBoardCannotSendAgainIsAFailedRow() async {
        let lost = CapturedRun.sent[6]
        let text = String(decoding: Self.shown, as: UTF8.self).replacing(lost.line, with: "torn")
        let bench = Self.bench(text.utf8) { numbers in CapturedRun.answer(to: numbers.filter { $0 != 7 }) }
        _ = await Self.run(bench, [inlineTest("smoke"), inlineTest("second")])
        #expect(Self.rows(bench) == Self.whole.filter { $0 != "slot-is-whole: fail" })
        #expect(bench.recorder.outcomes("lava").contains("signals_0: fail"))
    }
}

/// Definitions that read their output with a pattern of their own, on a console that tears signals.
@Suite struct ParsedOutputTests {
    static let bodies = ["STARTRUN 0_a 1_1.1", "ENDRUN 0_a 1_1.1", "STARTRUN 1_b 1_1.2", "ENDRUN 1_b 1_1.2"]

    static func signal(_ number: Int) -> String {
        let body = "\(bodies[number - 1]) _n=\(number)"
        return "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\r\n"
    }

    static func test(_ name: String, _ pattern: String) -> TestDefinitionRequest {
        let rule = TestDefinition.ParseRule(pattern: pattern, fixups: ["OK": "pass", "BAD": "fail"])
        let definition = TestDefinition(name: name, steps: [], parse: rule)
        return TestDefinitionRequest(name: name, source: .inline(definition), path: "\(name).yaml")
    }

    /// The two definitions' output with the signals as they are given.
    static func results(_ signals: [String], between: String = "") async -> [String] {
        let shown =
            "\(signals[0])case one: OK\r\nword x OK\r\ncase two: BAD\r\n\(signals[1])\(between)"
            + "\(signals[2])case nothing: OK\r\nword y OK\r\n\(signals[3])<LAVA_TEST_RUNNER EXIT>\r\n/ # "
        let bench = LostByteRunTests.bench(shown.utf8) { numbers in
            let sent = "SENT \(bodies.count) _n=0"
            return numbers.map(signal).joined() + "<LAVA_SIGNAL_\(sent) _c=\(SignalChecksum.of(sent.utf8))>\r\n/ # "
        }
        let outcome = await LostByteRunTests.run(
            bench,
            [
                test("a", "case (?P<test_case_id>[a-z]+): (?P<result>OK|BAD)"),
                test("b", "word (?P<test_case_id>[a-z]+) (?P<result>OK)"),
            ])
        return ["\(outcome.health)"] + bench.recorder.outcomes("0_a") + ["-"] + bench.recorder.outcomes("1_b")
    }

    static let whole = ["complete", "one: pass", "two: fail", "-", "y: pass"]

    @Test func outputIsParsedInStepWithSignals() async {
        #expect(await Self.results((1...4).map(Self.signal), between: "case none: OK\r\n") == Self.whole)
    }

    @Test(arguments: 1...4) func aLostSignalMovesNoCase(number: Int) async {
        var signals = (1...4).map(Self.signal)
        signals[number - 1] = "<LAVA_SIG\r\n"
        #expect(await Self.results(signals) == Self.whole)
    }

    @Test(arguments: 1...4) func aTornSignalMovesNoCase(number: Int) async {
        var signals = (1...4).map(Self.signal)
        signals[number - 1].insert(
            contentsOf: "[    1.0] case message: OK\r\n", at: signals[number - 1].firstIndex(of: "_")!)
        let results = await Self.results(signals)
        #expect(results.filter { !$0.hasPrefix("message") } == Self.whole)
    }
}
