import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// What a run leaves of its board when its job asks to have a failed board kept.
@Suite struct HoldTests {
    private func bench(_ result: String, holds: Bool = true) -> Bench {
        var bench = JobEngineTests.bench([
            "<LAVA_SIGNAL_STARTRUN 0_smoke 7_1.1>",
            "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=\(result)>",
            "<LAVA_SIGNAL_ENDRUN 0_smoke 7_1.1>",
        ])
        bench.holdOnFailure = holds ? .seconds(1800) : nil
        return bench
    }

    private static let blocks: [Action] = [
        .deploy(DeployAction(method: .overlay)), JobEngineTests.boot,
        .test(TestAction(content: .definitions([inlineTest("smoke")]))),
    ]

    @Test func aFailedTestKeepsTheBoardAsItIs() async {
        let bench = bench("fail")
        let outcome = await bench.run(Self.blocks)
        #expect(outcome == JobOutcome(health: .complete, keepsBoard: true))
        #expect(bench.power.truth == .on && bench.board.rests == 0)
        let given = bench.workbench.state.withLock { $0.removed + $0.withdrawn }
        #expect(given.isEmpty)
        #expect(bench.recorder.outcomes("lava").contains("job: pass"))
        // When whoever held it lets go.
        await bench.engine.letGo(of: JobID(rawValue: 7))
        #expect(bench.workbench.state.withLock { $0.removed } == [JobID(rawValue: 7)])
        #expect(bench.workbench.state.withLock { $0.withdrawn } == [JobID(rawValue: 7)])
    }

    @Test func anIncompleteJobKeepsTheBoardAsItIs() async {
        var bench = Bench(reply: { _, _ in })
        bench.holdOnFailure = .seconds(1800)
        bench.power.onSwitch = { [console = bench.console] target in
            if target == .on { console.print("Linux version 6.1\nKernel panic - not syncing: VFS\n") }
        }
        let outcome = await bench.run([JobEngineTests.boot])
        #expect(outcome.health == .incomplete && outcome.keepsBoard)
        #expect(bench.power.truth == .on)
    }

    @Test func aJobThatPassedKeepsNothing() async {
        let bench = bench("pass")
        #expect(await bench.run(Self.blocks) == JobOutcome(health: .complete))
        #expect(bench.power.truth == .off)
    }

    @Test func aJobThatDoesNotAskKeepsNothing() async {
        let bench = bench("fail", holds: false)
        #expect(await bench.run(Self.blocks) == JobOutcome(health: .complete))
        #expect(bench.power.truth == .off)
    }

    @Test func aFailedPreparationKeepsNothing() async {
        var bench = bench("pass")
        bench.typeFailure = Failure(.configuration, "no such type")
        let outcome = await bench.run(Self.blocks)
        #expect(outcome.health == .incomplete && !outcome.keepsBoard)
        #expect(bench.board.rests == 1)
    }
}
