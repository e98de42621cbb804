import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// Whole runs over a scripted board.
@Suite struct JobEngineTests {
    /// A shell that has the overlay and whose runner prints `signals`.
    static func shell(_ signals: [String]) -> ScriptedConsole.Reply {
        { line, console in
            if line.contains("RETRUNCODE") {
                console.print("<LAVA_SIGNAL_RETRUNCODE 0>\n# ")
            } else if line.contains("lava-test-runner") {
                console.print(signals.map { $0 + "\n" }.joined() + "<LAVA_TEST_RUNNER EXIT>\n# ")
            } else if line.contains("LABD-STATUS") {
                console.print("LABD-STATUS=0.\n# ")
            } else {
                console.print((echoed(line) ?? "") + "# ")
            }
        }
    }

    static let boot = Action.boot(
        BootAction(
            method: .minimal, prompts: ["# $"],
            transferOverlay: TransferOverlay(downloadCommand: "wget", unpackCommand: "tar -C / -xzf"),
            kernelStartMessage: ""))

    /// Prints a prompt as soon as the board has power.
    static func bench(_ signals: [String]) -> Bench {
        let bench = Bench(reply: shell(signals))
        bench.power.onSwitch = { target in if target == .on { bench.console.print("Linux version 6.1\n# ") } }
        return bench
    }

    @Test func aTestBlockIsRecorded() async {
        let bench = Self.bench([
            "<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>",
            "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=pass>",
            "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=two RESULT=fail UNITS=ms MEASUREMENT=1.5>",
            "<LAVA_SIGNAL_ENDRUN 0_smoke 7_1.1>",
        ])
        let outcome = await bench.run([
            .deploy(DeployAction(method: .overlay)), Self.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_smoke") == ["one: pass", "two: fail"])
        let two = bench.recorder.results.first { $0.name == "two" }
        #expect(two?.measurement == 1.5)
        #expect(two?.units == "ms")
        let lava = bench.recorder.outcomes("lava")
        for row in ["validate: pass", "auto-login-action: pass", "kernel-messages: pass", "0_smoke: pass", "job: pass"]
        {
            #expect(lava.contains(row), "\(row) is missing in \(lava)")
        }
        #expect(bench.power.truth == .off)
        #expect(bench.workbench.state.withLock { $0.removed } == [JobID(rawValue: 7)])
    }

    @Test func aDefinitionWithoutItsEndIsAFailure() async {
        let bench = Self.bench(["<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>"])
        let outcome = await bench.run([
            .deploy(DeployAction(method: .overlay)), Self.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ])
        #expect(outcome.health == .complete)
        #expect(bench.recorder.outcomes("lava").contains("0_smoke: fail"))
    }

    @Test func aRaisedTestEndsTheJobAsIncomplete() async {
        let bench = Self.bench(["<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>", "<LAVA_SIGNAL_TESTRAISE no luck>"])
        let outcome = await bench.run([
            .deploy(DeployAction(method: .overlay)), Self.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ])
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.type == .test)
        #expect(outcome.failure?.message == "no luck")
        let job = bench.recorder.results.last { $0.name == "job" }
        #expect(job?.metadata["error_type"] == "Test")
    }

    @Test func aPanicEndsTheBoot() async {
        let bench = Bench { _, _ in }
        bench.power.onSwitch = { target in
            if target == .on { bench.console.print("Linux version 6.1\nKernel panic - not syncing: VFS\n") }
        }
        let outcome = await bench.run([Self.boot])
        #expect(outcome.failure?.type == .job)
        let messages = bench.recorder.results.first { $0.name == "kernel-messages" }
        #expect(messages?.result == .fail)
        #expect(bench.power.truth == .off)
    }

    @Test func aPanicInATestIsRecordedThoughTheTestTimesOut() async {
        let bench = Bench { line, console in
            if line.contains("lava-test-runner") {
                console.print("<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>\nKernel panic - not syncing: oops\n")
            } else {
                Self.shell([])(line, console)
            }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        let test = TestAction(content: .definitions([inlineTest("smoke")]))
        let outcome = await bench.run(blocks: [
            ActionBlock(index: 0, action: .deploy(DeployAction(method: .overlay))),
            ActionBlock(index: 1, action: Self.boot),
            ActionBlock(index: 2, action: .test(test), timeouts: BlockTimeouts(block: .milliseconds(400))),
        ])
        #expect(outcome.failure?.type == .lavaTimeout)
        let messages = bench.recorder.results.filter { $0.name == "kernel-messages" }
        #expect(messages.map(\.result) == [.pass, .fail])
    }

    @Test func aFindingIsFatalWhereTheJobSaysSo() async {
        let lines = ["<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>\n", "[ 1.0] Internal error: Oops: 96000046 [#1] SMP\n"]
        let bench = Bench { line, console in
            if line.contains("bin/lava-test-runner") {
                console.print(lines.joined())
            } else {
                Self.shell([])(line, console)
            }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        let test = TestAction(content: .definitions([inlineTest("smoke")]))
        let outcome = await bench.run(blocks: [
            ActionBlock(index: 0, action: .deploy(DeployAction(method: .overlay))),
            ActionBlock(index: 1, action: Self.boot),
            ActionBlock(index: 2, action: .test(test), fatalFindings: ["oops"]),
        ])
        #expect(outcome.failure?.type == .job)
        #expect(outcome.failure?.message.contains("oops") == true)
    }

    @Test func aTestBlockThatIsTriedAgainRunsAgain() async {
        let turns = PowerCutTests.Counter()
        let bench = Bench { line, console in
            guard line.contains("bin/lava-test-runner") else { return Self.shell([])(line, console) }
            let raise = turns.next() == 0 ? "<LAVA_SIGNAL_TESTRAISE no luck>\n" : ""
            console.print(
                "<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>\n\(raise)<LAVA_SIGNAL_ENDRUN 0_smoke 7_1.1>\n"
                    + "<LAVA_TEST_RUNNER EXIT>\n# ")
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        let test = TestAction(content: .definitions([inlineTest("smoke")]))
        let outcome = await bench.run(
            [.deploy(DeployAction(method: .overlay)), Self.boot, .test(test)], retry: 2)
        #expect(outcome.health == .complete)
        #expect(bench.console.sent.contains("cp /lava-7/0/lava-test-runner.all /lava-7/0/lava-test-runner.conf"))
    }

    @Test func aRunnerThatRunsNothingIsAFailure() async {
        let bench = Self.bench([])
        let outcome = await bench.run([
            .deploy(DeployAction(method: .overlay)), Self.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ])
        #expect(outcome.failure?.type == .test)
    }

    @Test func secretsAreNotKept() async {
        let bench = Self.bench([
            "<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>", "<LAVA_SIGNAL_TESTRAISE the token is hunter2>",
        ])
        let blocks: [Action] = [
            .deploy(DeployAction(method: .overlay)), Self.boot,
            .test(TestAction(content: .definitions([inlineTest("smoke")]))),
        ]
        let outcome = await bench.run(
            blocks: blocks.enumerated().map { ActionBlock(index: $0, action: $1) }, secrets: ["TOKEN": "hunter2"])
        #expect(outcome.failure?.message == "the token is [MASKED]")
        let kept =
            bench.recorder.results.map { "\($0.metadata)" }
            + bench.recorder.state.withLock { state in
                state.events.map { "\($0.data)" }
            }
        #expect(kept.allSatisfy { !$0.contains("hunter2") })
    }

    @Test func skippingStopsAtTheJobsOwnTime() async {
        let bench = Bench { line, console in
            if !line.contains("bin/lava-test-runner") { Self.shell([])(line, console) }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        let test = TestAction(content: .definitions([inlineTest("smoke")]))
        let outcome = await bench.run(
            blocks: [
                ActionBlock(index: 0, action: .deploy(DeployAction(method: .overlay))),
                ActionBlock(index: 1, action: Self.boot),
                ActionBlock(
                    index: 2, action: .test(test),
                    timeouts: BlockTimeouts(block: .seconds(20), skipsOnTimeout: true)),
            ], timeouts: JobTimeouts(job: .milliseconds(800)))
        #expect(outcome.health == .incomplete)
    }

    @Test func aBoardThatIsNotResetIsAskedForItsPrompt() async {
        let bench = Self.bench([])
        var boot = BootAction(method: .minimal, prompts: ["# $"], kernelStartMessage: "")
        boot.resets = false
        let outcome = await bench.run([.command(CommandAction(name: "power_on")), .boot(boot)])
        #expect(outcome.health == .complete)
        #expect(bench.console.sent == ["#", #"echo "LABD-HERE-1=$?.""#])
    }

    @Test func aFailedPreparationIsAFailedValidation() async {
        var bench = Self.bench([])
        bench.typeFailure = Failure(.configuration, "no such type")
        let outcome = await bench.run([Self.boot])
        #expect(outcome.failure?.type == .configuration)
        #expect(bench.recorder.outcomes("lava") == ["validate: fail", "job: fail"])
    }

    @Test func aFailedDownloadIsTriedAgain() async {
        let bench = Self.bench([])
        bench.workbench.state.withLock { $0.failuresLeft = 2 }
        let image = ImageRequest(name: "rootfs", url: "http://lab/rootfs")
        let outcome = await bench.run([.deploy(DeployAction(method: .downloads, images: [image]))], retry: 3)
        #expect(outcome.health == .complete)
        #expect(
            bench.recorder.outcomes("lava").filter { $0.hasPrefix("download-retry") }
                == ["download-retry: fail", "download-retry: fail", "download-retry: pass"])
    }

    @Test func retriesEnd() async {
        let bench = Self.bench([])
        bench.workbench.state.withLock { $0.failuresLeft = 9 }
        let image = ImageRequest(name: "rootfs", url: "http://lab/rootfs")
        let outcome = await bench.run([.deploy(DeployAction(method: .downloads, images: [image]))], retry: 2)
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.type == .infrastructure)
    }

    @Test func theJobsTimeEndsAWait() async {
        let bench = Bench { _, _ in }
        let outcome = await bench.run([Self.boot], timeouts: JobTimeouts(job: .milliseconds(200)))
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.type == .job)
        #expect(bench.power.truth == .off)
    }

    @Test func aCancelledJobLeavesTheBoardAtRest() async {
        let bench = Bench { _, _ in }
        let (switched, continuation) = AsyncStream<Void>.makeStream()
        bench.power.onSwitch = { if $0 == .on { continuation.yield() } }
        let outcome = await withTaskGroup(of: JobOutcome?.self) { group in
            group.addTask { await bench.run([Self.boot]) }
            for await _ in switched { break }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome?.health == .canceled)
        #expect(bench.power.truth == .off)
        #expect(bench.recorder.outcomes("lava").contains("job: fail"))
    }

    @Test func commandsSwitchThePower() async {
        let bench = Self.bench([])
        let outcome = await bench.run([
            .command(CommandAction(name: "power_on")), .command(CommandAction(name: "power_off")),
        ])
        #expect(outcome.health == .complete)
        #expect(bench.power.commands.map(\.target) == [.on, .off])
    }

    @Test func anInteractiveScriptNamesItsCases() async {
        let bench = Bench { line, console in console.print(line == "version" ? "U-Boot 2023.01\n=> " : "oops\n=> ") }
        let script = InteractiveScript(
            name: "loader", prompts: ["=> "],
            steps: [
                InteractiveScript.Step(command: "version", name: "version", successes: [#"U-Boot (?<release>\S+)"#]),
                InteractiveScript.Step(command: "echo {release}", name: "echo", successes: ["never"]),
            ])
        let outcome = await bench.run([.test(TestAction(content: .interactive([script])))])
        #expect(outcome.health == .complete)
        #expect(bench.recorder.outcomes("0_loader") == ["version: pass", "echo: fail"])
        #expect(bench.console.sent == ["version", "echo 2023.01"])
    }

    @Test func aMonitorReadsResults() async {
        let bench = Self.bench([])
        bench.power.onSwitch = { target in
            if target == .on { bench.console.print("BEGIN\nmem A: PASS\ncpu B: FAIL\nEND\n") }
        }
        let monitor = MonitorRequest(
            name: "rtos", start: "BEGIN", end: "END", pattern: #"(?<test_case_id>\w+ \w): (?<result>PASS|FAIL)"#,
            fixups: ["PASS": "pass", "FAIL": "fail"])
        let boot = Action.boot(BootAction(method: .minimal, kernelStartMessage: ""))
        let outcome = await bench.run([boot, .test(TestAction(content: .monitors([monitor])))])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.recorder.outcomes("0_rtos") == ["mem_a: pass", "cpu_b: fail"])
    }
}
