import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// One boot of a crash state on a twin that exists only in memory.
@Suite struct TwinTrialTests {
    private final class Twin: TwinBoard {
        let board: ModelBoard
        let delay: Duration

        init(_ board: ModelBoard, withheld delay: Duration) {
            self.board = board
            self.delay = delay
        }

        var name: BoardName { board.name }
        var definition: BoardDefinition { board.definition }
        var power: any PowerControl { board.power }
        var console: any Console { board.console }
        var bootMedium: (any BootMedium)? { nil }
        func prepare(_ preparation: BoardPreparation) async throws(Failure) {}
        func rest() async throws(Failure) {}
        func insert(_ disk: NetworkDisk) async throws(Failure) {}
        func withheld() async -> Duration { delay }
        func close() async {}
    }

    private final class Disk: Sendable {
        private let state = Mutex("v1")
        var version: String {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// The console of a board that is made later.
    private final class Relay: Sendable {
        private let state = Mutex<ScriptedConsole?>(nil)
        var console: ScriptedConsole? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private let exploration = PowerCutExploration(
        name: "trial", run: "update", until: .init(settle: .zero),
        alive: .init(marker: #"UP version=(?<version>\S+)"#, within: .milliseconds(300), maxBoots: 2),
        newVersion: "v2")

    /// Boots once on a board whose answers `reply` gives.
    private func facts(
        of exploration: PowerCutExploration, withheld: Duration = .zero,
        powerOn: @escaping @Sendable (ScriptedConsole) -> Void,
        reply: @escaping ScriptedConsole.Reply = { _, console in console.print("# ") }
    ) async throws -> TrialFacts {
        let bench = Bench(reply: reply)
        bench.power.onSwitch = { target in if target == .on { powerOn(bench.console) } }
        let services = EngineServices(
            store: bench.recorder, logs: bench.recorder, catalog: FixedCatalog(result: bench.profile, failure: nil),
            artifacts: bench.workbench, testDefinitions: bench.workbench, packer: bench.workbench,
            files: bench.workbench, workspaces: bench.workbench, clock: bench.clock)
        let setup = TwinSetup(
            plan: JobPlan(
                name: "bench", deviceType: DeviceTypeName(rawValue: "model"), timeouts: JobTimeouts(job: .seconds(30)),
                blocks: []),
            lease: Lease(
                board: bench.board.name, job: JobID(rawValue: 7), generation: LeaseGeneration(rawValue: 1),
                epoch: Epoch(rawValue: 1)),
            profile: bench.profile, services: services, workspace: "/workspace/7", prompts: ["# $"])
        return try await TwinTrial(twin: Twin(bench.board, withheld: withheld), setup: setup, exploration: exploration)
            .boot(NetworkDisk(socket: "/s", export: "e"))
    }

    @Test func theConfirmedVersionIsAFactOfItsOwn() async throws {
        var exploration = exploration
        exploration.confirmed = .init(run: "slots", answer: #"good=(\S+)"#)
        let facts = try await facts(of: exploration) {
            $0.print("UP version=v2\n# ")
        } reply: { line, console in
            if line.hasPrefix("slots;") { console.print("good=v1\n") }
            console.print("LABD-STATUS=0.\n# ")
        }
        #expect(facts.end == .alive && facts.version == "v2" && facts.confirmedVersion == "v1")
        #expect(facts.isHealed == nil && facts.healBegan == nil)
    }

    @Test func anAnswerThatDoesNotComeIsUnknown() async throws {
        var exploration = exploration
        exploration.confirmed = .init(run: "slots", answer: #"good=(\S+)"#)
        let facts = try await facts(of: exploration) {
            $0.print("UP version=v2\n# ")
        } reply: { _, console in
            console.print("LABD-STATUS=127.\n# ")
        }
        #expect(facts.end == .alive && facts.confirmedVersion == nil)
    }

    @Test(arguments: [true, false]) func theUpdateIsTriedAgain(works: Bool) async throws {
        let disk = Disk()
        var exploration = exploration
        exploration.heal = "update"
        let facts = try await facts(of: exploration) {
            $0.print("UP version=\(disk.version)\n# ")
        } reply: {
            line, console in
            if line == "update", works { disk.version = "v2" }
            console.print(line == "update" && !works ? "read-only\n# " : "# ")
        }
        // What the board was before the second update is what is judged.
        #expect(facts.end == .alive && facts.version == "v1")
        #expect(facts.isHealed == works && facts.healBegan != nil)
        #expect(facts.consoleTail.contains("read-only") == !works)
        let verdict = VerdictRules(oldVersion: "v1", newVersion: "v2").verdict(facts, afterSuccess: false)
        #expect(verdict == (works ? .old : .healFailed))
    }

    @Test func aBrickIsNotHealed() async throws {
        var exploration = exploration
        exploration.heal = "update"
        let facts = try await facts(of: exploration) { $0.print("U-Boot 2023.01\n") }
        #expect(facts.end == .silence && facts.isHealed == nil && facts.healBegan == nil)
    }

    /// Time in which the host ran something else is not the board's.
    @Test(arguments: [(Duration.zero, TrialFacts.End.silence), (.seconds(3), .alive)])
    func aBoardThatTheHostKeptFromRunningIsGivenThatTimeAgain(withheld: Duration, end: TrialFacts.End) async throws {
        let relay = Relay()
        let found = try await withThrowingTaskGroup(of: TrialFacts?.self) { group in
            group.addTask { [self] in
                try await facts(of: exploration, withheld: withheld) { relay.console = $0 }
            }
            group.addTask {
                // Where nothing is given, long after the board's time: a busy host looks at its clock late.
                try? await SystemLabClock().sleep(for: withheld > .zero ? .milliseconds(1200) : .seconds(60))
                relay.console?.print("UP version=v2\n# ")
                return nil
            }
            for try await answer in group where answer != nil {
                group.cancelAll()
                return answer
            }
            return nil
        }
        #expect(found?.end == end)
    }

    /// A host with other work is no reason to call a board dead that is only slow.
    @Test func aBoardThatStillSpeaksIsNotGivenUp() async throws {
        let relay = Relay()
        let found = try await withThrowingTaskGroup(of: TrialFacts?.self) { group in
            group.addTask { [self] in
                try await facts(of: exploration) { board in
                    board.print("U-Boot 2023.01\n")
                    relay.console = board
                }
            }
            group.addTask {
                for number in 0..<20 {
                    try await SystemLabClock().sleep(for: .milliseconds(40))
                    relay.console?.print("[ \(number) ] starting\n")
                }
                relay.console?.print("UP version=v2\n# ")
                return nil
            }
            var found: TrialFacts?
            for try await answer in group { found = answer ?? found }
            return found
        }
        #expect(found?.end == .alive && found?.version == "v2")
    }
}
