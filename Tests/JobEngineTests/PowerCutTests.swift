import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

@Suite struct PowerCutTests {
    static let cut = PowerCutAction(
        name: "copy", run: "update", trigger: PowerCutAction.Trigger(marker: "copied 50"), offFor: .zero,
        alive: PowerCutAction.Alive(marker: #"UP version=(?<version>\S+)"#, within: .milliseconds(300), maxBoots: 2),
        whole: "slot-check", newVersion: "v2")
    static let boot = Action.boot(BootAction(method: .minimal, prompts: ["# $"], kernelStartMessage: ""))

    /// A board that prints `boots[n]` with its n-th power-on and updates when told.
    static func bench(_ boots: [String], status: Int = 0, update: String = "copied 10\ncopied 50\n") -> Bench {
        let bench = Bench { line, console in
            if line == "update" {
                console.print(update)
            } else if line.contains("LABD-STATUS") {
                console.print("LABD-STATUS=\(status).\n# ")
            } else {
                console.print((echoed(line) ?? "") + "# ")
            }
        }
        let count = Counter()
        bench.power.onSwitch = { target in
            guard target == .on else { return }
            let boot = count.next()
            if boots.indices.contains(boot) { bench.console.print(boots[boot]) }
        }
        return bench
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }
    }

    static let up = "UP version=v1\n# "

    @Test func theOldVersionComesBack() async {
        let bench = Self.bench([Self.up, Self.up])
        let outcome = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(outcome.health == .complete)
        let cut = bench.recorder.cuts.first
        #expect(cut?.outcome == .old)
        #expect(cut?.isWhole == true)
        #expect(cut?.versionBefore == "v1")
        #expect(cut?.triggerLine == "copied 50")
        #expect(bench.recorder.outcomes("power-cut") == ["copy: pass"])
        #expect(bench.power.commands.contains { $0.isCut })
    }

    @Test func theNewVersionComesBack() async {
        let bench = Self.bench([Self.up, "UP version=v2\n# "])
        _ = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(bench.recorder.cuts.first?.outcome == .new)
    }

    @Test func aDamagedSlotIsCorrupt() async {
        let bench = Self.bench([Self.up, Self.up], status: 1)
        _ = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(bench.recorder.cuts.first?.outcome == .corrupt)
        #expect(bench.recorder.outcomes("power-cut") == ["copy: fail"])
    }

    @Test(arguments: [
        ("", BrickKind.silent), ("U-Boot 2023.01\nStarting kernel\n", .hang),
        ("U-Boot 2023.01\nKernel panic - not syncing: VFS\n", .panic),
        ("U-Boot 2023.01\nU-Boot 2023.01\nU-Boot 2023.01\n", .loop),
    ])
    func aBoardThatStaysAwayIsABrick(output: String, kind: BrickKind) async {
        let bench = Self.bench([Self.up, output])
        let outcome = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(outcome.health == .complete)
        #expect(bench.recorder.cuts.first?.outcome == .brick)
        #expect(bench.recorder.cuts.first?.brickKind == kind)
        #expect(bench.recorder.outcomes("power-cut") == ["copy: fail"])
    }

    @Test func aSecondBootOfTheOldVersionIsALateRecovery() async {
        let bench = Self.bench([Self.up, "U-Boot 2023.01\nU-Boot 2023.01\n\(Self.up)"])
        _ = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(bench.recorder.cuts.first?.outcome == .recoveredLate)
        #expect(bench.recorder.cuts.first?.boots == 2)
    }

    @Test func theNewVersionSeenAndLostAgainIsAFallBack() async {
        let trial = "U-Boot 2023.01\nUP version=v2\n"
        let bench = Self.bench([Self.up, "\(trial)U-Boot 2023.01\n\(Self.up)"])
        var cut = Self.cut
        cut.newVersion = "v2"
        _ = await bench.run([Self.boot, .powerCut(cut)])
        #expect(bench.recorder.cuts.first?.outcome == .fellBack)
        #expect(bench.recorder.cuts.first?.versionAfter == "v1")
    }

    @Test func theEchoOfTheCommandTriggersNothing() async {
        let bench = Self.bench([Self.up, Self.up], update: "copied 10\ncopied 50\n")
        var cut = Self.cut
        cut.run = "update"
        cut.trigger.marker = "update|copied 50"
        _ = await bench.run([Self.boot, .powerCut(cut)])
        #expect(bench.recorder.cuts.first?.triggerLine == "copied 50")
    }

    @Test func aShellThatDiesAfterItsMarkerIsDamaged() async {
        var cut = Self.cut
        // As long as a boot may take: that is enough. Less says nothing.
        let cases: [(within: Duration, block: Duration, outcome: PowerCutOutcome)] = [
            (.seconds(1), .seconds(60), .corrupt), (.seconds(60), .milliseconds(1500), .undecided),
        ]
        for (within, time, outcome) in cases {
            let bench = Self.bench([Self.up, "UP version=v1\n"])
            cut.alive.within = within
            let boot = ActionBlock(index: 0, action: Self.boot)
            let block = ActionBlock(
                index: 1, action: .powerCut(cut), timeouts: BlockTimeouts(block: time))
            _ = await bench.run(blocks: [boot, block])
            let record = bench.recorder.cuts.first
            #expect(record?.outcome == outcome)
            #expect(record?.inferences.contains { $0.contains("shell did not answer") } == (outcome == .corrupt))
        }
    }

    @Test func aWatchThatEndsTooEarlyIsUndecided() async {
        let bench = Self.bench([Self.up, "U-Boot 2023.01\n"])
        var cut = Self.cut
        cut.alive.within = .seconds(20)
        let boot = ActionBlock(index: 0, action: Self.boot)
        let block = ActionBlock(
            index: 1, action: .powerCut(cut), timeouts: BlockTimeouts(block: .milliseconds(1500)))
        let outcome = await bench.run(blocks: [boot, block])
        #expect(outcome.health == .complete)
        #expect(bench.recorder.cuts.first?.outcome == .undecided)
        #expect(bench.recorder.cuts.first?.isAllowed == false)
    }

    @Test func theConnectionTimeoutDoesNotShortenTheVerdict() async {
        let bench = Self.bench([Self.up])
        var cut = Self.cut
        cut.alive.within = .milliseconds(400)
        let began = bench.clock.monotonic()
        let timeouts = JobTimeouts(job: .seconds(30), connection: .milliseconds(20))
        _ = await bench.run([Self.boot, .powerCut(cut)], timeouts: timeouts)
        #expect(bench.recorder.cuts.first?.brickKind == .silent)
        #expect(bench.clock.monotonic().duration(since: began) >= .milliseconds(400))
    }

    @Test func aMarkerThatNeverComesIsNoVerdict() async {
        let bench = Self.bench([Self.up], update: "nothing to do\n# ")
        let outcome = await bench.run([Self.boot, .powerCut(Self.cut)])
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.type == .test)
        #expect(bench.recorder.cuts.isEmpty)
        #expect(bench.power.truth == .off)
    }

    @Test func aBoardThatWasNotBootedIsNotCut() async {
        let bench = Self.bench([])
        let outcome = await bench.run([.powerCut(Self.cut)])
        #expect(outcome.failure?.type == .job)
        #expect(bench.power.commands.allSatisfy { !$0.isCut })
    }
}

@Suite struct PowerCutJudgeTests {
    static func judge(_ evidence: PowerCutJudge.Evidence, old: String? = nil, new: String? = nil) -> PowerCutOutcome {
        var cut = PowerCutTests.cut
        cut.oldVersion = old
        cut.newVersion = new
        return PowerCutJudge(cut: cut).outcome(evidence).outcome
    }

    @Test func versionsDecide() {
        let after = {
            PowerCutJudge.Evidence(brick: nil, boots: 1, isWhole: true, versionBefore: "v1", versionAfter: $0)
        }
        #expect(Self.judge(after("v1")) == .old)
        #expect(Self.judge(after("v2")) == .new)
        #expect(Self.judge(after("v2"), new: "v2") == .new)
        #expect(Self.judge(after("v3"), new: "v2") == .undecided)
        #expect(Self.judge(after("v0"), old: "v0", new: "v2") == .old)
    }

    @Test func anUnknownVersionIsNoVerdict() {
        let evidence = PowerCutJudge.Evidence(
            brick: nil, boots: 1, isWhole: nil, versionBefore: nil, versionAfter: nil)
        let (outcome, inferences) = PowerCutJudge(cut: PowerCutTests.cut).outcome(evidence)
        #expect(outcome == .undecided)
        #expect(inferences.count == 2)
    }

    @Test func aFallBackNeedsTheNewVersionSeen() {
        var evidence = PowerCutJudge.Evidence(
            brick: nil, boots: 2, isWhole: true, versionBefore: "v1", versionAfter: "v1")
        #expect(Self.judge(evidence, new: "v2") == .recoveredLate)
        evidence.sawNewVersion = true
        #expect(Self.judge(evidence, new: "v2") == .fellBack)
    }

    @Test func aLateNewVersionIsNotNew() {
        let evidence = PowerCutJudge.Evidence(
            brick: nil, boots: 3, isWhole: true, versionBefore: "v1", versionAfter: "v2")
        #expect(Self.judge(evidence, new: "v2") == .recoveredLate)
    }
}

@Suite struct RecoveryWatchTests {
    static let zero = MonotonicTime(nanoseconds: 0)

    static func watch() -> RecoveryWatch {
        RecoveryWatch(poweredOn: zero, within: .seconds(10), maxBoots: 2)
    }

    @Test func eachBootHasItsOwnTime() {
        var watch = Self.watch()
        let later = Self.zero.advanced(by: .seconds(8))
        #expect(watch.saw(.bootBanner, at: later) == .lookOn(until: later.advanced(by: .seconds(10))))
    }

    @Test func anUnansweredPromptIsAVerdictBeforeTheTimeIsUp() {
        var watch = Self.watch()
        #expect(watch.saw(.bootloaderPrompt, at: Self.zero) == .lookOn(until: Self.zero.advanced(by: .seconds(3))))
        #expect(watch.timedOut(anyOutput: true) == .bootloaderPrompt)
        #expect(watch.inferences.count == 1)
    }

    @Test func aBannerAfterThePromptIsABootAgain() {
        var watch = Self.watch()
        _ = watch.saw(.bootloaderPrompt, at: Self.zero)
        _ = watch.saw(.bootBanner, at: Self.zero)
        #expect(watch.timedOut(anyOutput: true) == .hang)
    }

    @Test func twoLoadersMakeOneBoot() {
        var watch = Self.watch()
        for _ in 1...2 {
            _ = watch.saw(.bootBanner, "U-Boot SPL 2023", at: Self.zero)
            _ = watch.saw(.bootBanner, "U-Boot 2023", at: Self.zero)
        }
        #expect(watch.boots == 2)
    }

    @Test func oneBootTooManyIsALoop() {
        var watch = Self.watch()
        _ = watch.saw(.bootBanner, at: Self.zero)
        _ = watch.saw(.bootBanner, at: Self.zero)
        #expect(watch.saw(.bootBanner, at: Self.zero) == .brick(.loop))
    }
}
