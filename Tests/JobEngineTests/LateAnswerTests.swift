import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// Boards that answer late, or say more prompts than they were asked for: every answer belongs to its own line.
@Suite struct LateAnswerTests {
    /// A shell of a slow board. A comment is answered only when the next line comes. Nothing here depends on time: a
    /// dialogue takes what comes first on the console.
    private final class SlowShell: Sendable {
        private let owed: Mutex<String>

        /// - Parameter owed: what is printed only when a line was typed.
        init(owed: String = "") { self.owed = Mutex(owed) }

        func owe(_ text: String) { owed.withLock { $0 = text } }

        func answer(_ line: String, _ answer: String? = nil, on console: ScriptedConsole) {
            let isComment = line == "#"
            let late = owed.withLock { owed in
                defer { owed = isComment ? "/ # " : "" }
                return owed
            }
            console.print(late + (isComment ? "" : answer ?? Self.answer(to: line)))
        }

        /// `say WORD` says a word.
        private static func answer(to line: String) -> String {
            (echoed(line) ?? (line.hasPrefix("say ") ? "said \(line.dropFirst(4))\r\n" : "")) + "/ # "
        }
    }

    private static let boot = BootAction(
        method: .minimal, prompts: ["/ # "],
        transferOverlay: TransferOverlay(downloadCommand: "wget", unpackCommand: "tar -C / -xzf"),
        kernelStartMessage: "")

    /// Each step is a case that passes by its own word alone.
    private static func talk(_ words: [String], discardsEcho: Bool = true) -> Action {
        let steps = words.map { InteractiveScript.Step(command: "say \($0)", name: $0, successes: ["said \($0)"]) }
        let script = InteractiveScript(name: "talk", prompts: ["/ # "], discardsEcho: discardsEcho, steps: steps)
        return .test(TestAction(content: .interactive([script])))
    }

    private static func bench(boot: String = "Linux version 6.1\r\n", _ reply: @escaping ScriptedConsole.Reply) -> Bench
    {
        let bench = Bench(clock: FastClock(), reply: reply)
        bench.power.onSwitch = { if $0 == .on { bench.console.print(boot) } }
        return bench
    }

    private static func run(_ bench: Bench, _ actions: [Action]) async -> JobOutcome {
        let blocks = actions.enumerated().map { index, action in
            var timeouts = BlockTimeouts(block: .seconds(200))
            // After half of it a prompt is asked for.
            timeouts.named["auto-login-action"] = .seconds(30)
            return ActionBlock(index: index, action: action, timeouts: timeouts)
        }
        return await bench.run(blocks: blocks, timeouts: JobTimeouts(job: .seconds(600)))
    }

    /// The first prompt comes after a comment was typed to see it, and so it comes twice.
    @Test func aShellThatStartsLateAnswersEachLineItself() async {
        let shell = SlowShell(owed: "/ # ")
        let bench = Self.bench { shell.answer($0, on: $1) }
        let outcome = await Self.run(bench, [.boot(Self.boot), Self.talk(["one", "two", "three"])])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_talk") == ["one: pass", "two: pass", "three: pass"])
        #expect(bench.console.sent.first == "#")
    }

    @Test func aBoardThatWasLeftRunningAnswersEachLineItself() async {
        let shell = SlowShell(owed: "/ # ")
        let bench = Self.bench { shell.answer($0, on: $1) }
        var boot = Self.boot
        boot.resets = false
        let power = Action.command(CommandAction(name: "power_on"))
        let outcome = await Self.run(bench, [power, .boot(boot), Self.talk(["one", "two"])])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_talk") == ["one: pass", "two: pass"])
    }

    /// A prompt that stood there before a command was typed is no answer to it.
    @Test(arguments: [true, false]) func aPromptThatIsSaidTwiceAnswersNothing(discardsEcho: Bool) async {
        let shell = SlowShell()
        let bench = Self.bench(boot: "Linux version 6.1\r\n/ # \r\n/ # ") { shell.answer($0, on: $1) }
        let outcome = await Self.run(bench, [.boot(Self.boot), Self.talk(["one", "two"], discardsEcho: discardsEcho)])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_talk") == ["one: pass", "two: pass"])
    }

    /// The runner's last line comes long after its last signal: what was typed meanwhile is answered behind it, and not to
    /// the next block.
    @Test func aRunnerThatEndsLateLeavesNothingToTheNextBlock() async {
        let number = SampleRun.bodies.count + 1
        func signal(_ body: String) -> String { "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\r\n" }
        let (done, sent) = (signal("DONE runner _n=\(number)"), signal("SENT \(number) _n=0"))
        let shell = SlowShell()
        let bench = Self.bench(boot: "Linux version 6.1\r\n/ # ") { line, console in
            if line.contains("bin/lava-test-runner") {
                console.print(SampleRun.text + done)
                shell.owe("<LAVA_TEST_RUNNER EXIT>\r\n/ # ")
            } else if line.contains("lava-resend") {
                shell.answer(line, sent + "/ # ", on: console)
            } else if line.contains("RETRUNCODE") {
                shell.answer(line, "<LAVA_SIGNAL_RETRUNCODE 0>\r\n/ # ", on: console)
            } else if line.contains("LABD-STATUS") {
                shell.answer(line, "LABD-STATUS=0.\r\n/ # ", on: console)
            } else if line == "#", !console.sent.contains(where: { $0.contains("bin/lava-test-runner") }) {
                console.print("/ # ")
            } else {
                shell.answer(line, on: console)
            }
        }
        let outcome = await Self.run(
            bench,
            [
                .deploy(DeployAction(method: .overlay)), .boot(Self.boot),
                .test(TestAction(content: .definitions([inlineTest("smoke")]))),
                Self.talk(["one", "two"], discardsEcho: false),
            ])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_smoke") == LostSignalTests.cases)
        #expect(bench.recorder.outcomes("1_talk") == ["one: pass", "two: pass"])
    }

    /// What is no shell cannot print a word. It has answered when it is silent behind its prompt.
    @Test func aPromptWithoutEchoIsNotWaitedForInVain() async {
        let shell = SlowShell(owed: "/ # ")
        let bench = Self.bench(boot: "Boot 1.0\r\n") { line, console in
            shell.answer(line, line == "say one" ? nil : "bad command\r\n/ # ", on: console)
        }
        let outcome = await Self.run(bench, [.boot(Self.boot), Self.talk(["one"])])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_talk") == ["one: pass"])
    }

    /// A step that was given up is answered later: its answer is not taken for that of the next block.
    @Test func anAnswerThatComesAfterItsTimeIsNobodys() async {
        let isTried = Mutex(false)
        let bench = Self.bench(boot: "Linux version 6.1\r\n/ # ") { line, console in
            let wasTried = isTried.withLock { tried in
                defer { tried = true }
                return tried
            }
            guard wasTried else { return }
            // What was owed for the first line comes with whatever is typed next.
            let late = console.sent.count == 2 ? "said one\r\n/ # " : ""
            console.print(late + (echoed(line) ?? "failed\r\n") + "/ # ")
        }
        var short = BlockTimeouts(block: .seconds(8))
        short.skipsOnTimeout = true
        let outcome = await bench.run(
            blocks: [
                ActionBlock(index: 0, action: .boot(Self.boot)),
                ActionBlock(index: 1, action: Self.talk(["one"]), timeouts: short),
                ActionBlock(index: 2, action: Self.talk(["one"]), timeouts: BlockTimeouts(block: .seconds(200))),
            ], timeouts: JobTimeouts(job: .seconds(600)))
        #expect(bench.recorder.outcomes("0_talk") == ["one: fail"], "\(outcome)")
        #expect(bench.recorder.outcomes("1_talk") == ["one: fail"], "\(outcome)")
    }
}
