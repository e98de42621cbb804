import LabModel
import LabSimulation
import Testing

@testable import JobEngine

/// A whole block whose signals are torn on the way.
@Suite struct LostSignalTests {
    /// A board that prints `lines` as its run, and sends numbers of the real run again when asked.
    static func bench(_ lines: [String], resends: Bool = true) -> Bench {
        let bench = Bench { line, console in
            if line.contains("lava-resend") {
                let numbers = line.split(separator: " ").dropFirst(2).compactMap { Int($0) }
                let again = resends ? numbers.map { SampleRun.line($0) + "\n" }.joined() : ""
                let sent = "SENT \(SampleRun.bodies.count) _n=0"
                console.print("\(again)<LAVA_SIGNAL_\(sent) _c=\(SignalChecksum.of(sent.utf8))>\n# ")
            } else if line.contains("bin/lava-test-runner") {
                console.print(lines.joined())
            } else if line == "#" {
                console.print("# ")
            } else {
                JobEngineTests.shell([])(line, console)
            }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        return bench
    }

    static func run(_ bench: Bench) async -> JobOutcome {
        await bench.run([
            .deploy(DeployAction(method: .overlay)), JobEngineTests.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ])
    }

    static let exit = "<LAVA_TEST_RUNNER EXIT>\n# "
    static let cases = ["linux-runs: pass", "boot-time: pass", "slot-is-whole: fail", "log: fail"]

    static func line(_ number: Int) -> String { SampleRun.line(number) + "\n" }

    @Test func aLostSignalIsSentAgain() async {
        // The fourth is cut in two by a message without an end, the fifth is not there at all.
        var lines = (1...SampleRun.bodies.count).map(Self.line)
        lines[3] = String(lines[3].dropLast(20)) + "[ 1.0] printk without an end" + lines[3].suffix(20)
        lines[4] = ""
        let bench = Self.bench(lines + [Self.exit])
        let outcome = await Self.run(bench)
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_smoke") == Self.cases)
        let told = bench.recorder.results.filter { $0.suite == "0_smoke" }.map { $0.metadata["signal"] }
        #expect(told == ["resent", "resent", nil, nil])
        #expect(bench.recorder.outcomes("lava").contains("0_smoke: pass"))
    }

    @Test func aTornSignalIsRepaired() async {
        var lines = (1...SampleRun.bodies.count).map(Self.line)
        lines[6] = String(lines[6].prefix(30)) + "[ 1.0] random: crng init done\n" + lines[6].dropFirst(30)
        let bench = Self.bench(lines + [Self.exit])
        _ = await Self.run(bench)
        #expect(bench.recorder.outcomes("0_smoke") == Self.cases)
        let record = bench.recorder.results.first { $0.name == "slot-is-whole" }
        #expect(record?.metadata["signal"] == "repaired")
        #expect(record?.testSet == "storage")
    }

    @Test func aTornEndIsNoticed() async {
        let number = SampleRun.bodies.count + 1
        let body = "DONE runner _n=\(number)"
        let done = "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\n"
        let lines = (1...SampleRun.bodies.count).map(Self.line) + [done, "<LAVA_TEST_RUN[ 1.0] oops\nNER EXIT>\n# "]
        let outcome = await Self.run(Self.bench(lines))
        #expect(outcome == JobOutcome(health: .complete))
    }

    @Test func whatStaysLostIsToldAsAFailure() async {
        var lines = (1...SampleRun.bodies.count).map(Self.line)
        lines[3] = ""
        let bench = Self.bench(lines + [Self.exit], resends: false)
        _ = await Self.run(bench)
        #expect(bench.recorder.outcomes("0_smoke") == Array(Self.cases.dropFirst()))
        #expect(bench.recorder.outcomes("lava").contains("signals_0: fail"))
    }
}
