import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// A board whose update takes 320 ms, 160 of them fatal, on a console without a board. Its time is that of the lab and
/// goes on a millisecond at a time, however busy the machine is.
final class UpdatingBoard: Sendable {
    private struct State {
        var disk = "old"
        var life = 0
        var update: (life: Int, began: MonotonicTime)?
        var next = 0
    }

    /// What happens, counted from the newline of the command.
    private static let course: [(at: Duration, print: String, disk: String?)] = [
        (.milliseconds(40), "LABD-PHASE copy\n", nil), (.milliseconds(120), "LABD-PHASE flip\n", nil),
        (.milliseconds(140), "", "broken"), (.milliseconds(300), "", "new"),
        (.milliseconds(320), "LABD-PHASE done\n# ", nil),
    ]

    let bench: Bench
    private let clock: VirtualClock
    private let state = Mutex(State())

    init(notebook: (any SamplingNotebook)? = nil, reports: (any PowerCutReports)? = nil) {
        let shared = Box()
        let clock = VirtualClock()
        self.clock = clock
        var bench = Bench(clock: clock) { line, console in
            if line == "update" {
                shared.board?.begin()
            } else if line.contains("LABD-STATUS") {
                console.print("LABD-STATUS=0.\n# ")
            } else {
                console.print((echoed(line) ?? "") + "# ")
            }
        }
        bench.sampling = SamplingServices(notebook: notebook, reports: reports)
        self.bench = bench
        shared.set(self)
        bench.board.onPrepare = { shared.board?.refresh() }
        bench.power.onSwitch = { shared.board?.switched($0) }
    }

    private final class Box: Sendable {
        private let value = Mutex<UpdatingBoard?>(nil)
        var board: UpdatingBoard? { value.withLock { $0 } }
        func set(_ board: UpdatingBoard) { value.withLock { $0 = board } }
    }

    private func refresh() { state.withLock { $0.disk = "old" } }

    private func begin() {
        let now = bench.clock.monotonic()
        state.withLock { state in
            state.update = (state.life, now)
            state.next = 0
        }
    }

    private func switched(_ target: PowerTarget) {
        let disk = state.withLock { state in
            state.life += 1
            state.update = nil
            return state.disk
        }
        guard target == .on else { return }
        bench.console.print("U-Boot 2023.01\n")
        if disk != "broken" { bench.console.print("UP version=\(disk == "new" ? "v2" : "v1")\n# ") }
    }

    /// Lets time act on the board.
    private func tick() {
        clock.advance(by: .milliseconds(1))
        bench.console.elapse()
        let now = clock.monotonic()
        let text = state.withLock { state in
            guard let update = state.update, update.life == state.life else { return "" }
            var text = ""
            while state.next < Self.course.count {
                let step = Self.course[state.next]
                guard now.duration(since: update.began) >= step.at else { break }
                text += step.print
                state.disk = step.disk ?? state.disk
                state.next += 1
            }
            return text
        }
        if !text.isEmpty { bench.console.print(text) }
    }

    /// Runs a job while time acts on the board.
    func run(_ plan: PowerCutSampling) async -> JobOutcome {
        await withTaskGroup(of: JobOutcome?.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    self.tick()
                    // The lab gets its turn before time goes on.
                    try? await SystemLabClock().sleep(for: .milliseconds(1))
                }
                return nil
            }
            group.addTask {
                await self.bench.run([PowerCutTests.boot, .powerCutSampling(plan)], timeouts: .init(job: .seconds(50)))
            }
            for await outcome in group {
                guard let outcome else { continue }
                group.cancelAll()
                return outcome
            }
            return JobOutcome(health: .incomplete)
        }
    }

    var cuts: Int { bench.power.commands.count(where: \.isCut) }
}

/// Keeps a campaign's entries in memory.
final class MemoryNotebook: SamplingNotebook {
    struct State {
        var entries: [SamplingEntry] = []
        var consoles: [Int: [String]] = [:]
    }

    let state = Mutex(State())

    init(_ entries: [SamplingEntry] = []) {
        state.withLock { $0.entries = entries }
    }

    var entries: [SamplingEntry] { state.withLock { $0.entries } }
    var trials: [SampledCut] {
        entries.compactMap { if case .trial(let trial) = $0 { trial } else { nil } }
    }

    func entries(of campaign: ExplorationName) async throws(Failure) -> [SamplingEntry] { entries }

    func append(_ entry: SamplingEntry, to campaign: ExplorationName) async throws(Failure) {
        state.withLock { $0.entries.append(entry) }
    }

    func keep(
        console: [String], ofTrial number: Int, of campaign: ExplorationName
    ) async throws(Failure) -> String {
        state.withLock { $0.consoles[number] = console }
        return "/kept/\(number)"
    }
}

/// Knows the windows of one exploration.
struct FixedReports: PowerCutReports {
    var targets: [PowerCutTarget]

    func report(of job: JobID, block: Int?, form: PowerCutReportForm) async throws(Failure) -> String? { nil }
    func targets(of job: JobID, block: Int?) async throws(Failure) -> [PowerCutTarget]? { targets }
}

@Suite(.timeLimit(.minutes(5))) struct SamplingStepTests {
    static func plan(cuts: Int, from: Int, to: Int, marker: String? = "LABD-PHASE flip") -> PowerCutSampling {
        PowerCutSampling(
            name: "sample", run: "update", until: .init(settle: .milliseconds(20)), cuts: cuts,
            trigger: .init(marker: marker, from: .milliseconds(from), to: .milliseconds(to)), offFor: .milliseconds(20),
            alive: .init(marker: #"UP version=(?<version>\S+)"#, within: .milliseconds(200), maxBoots: 1),
            whole: "slot-check", oldVersion: "v1", newVersion: "v2", budget: .init(search: 0),
            powerPath: PowerPath(delay: .zero, jitter: .milliseconds(2)))
    }

    @Test func cutsInTheFatalWindowFail() async {
        let notebook = MemoryNotebook()
        let board = UpdatingBoard(notebook: notebook)
        let outcome = await board.run(Self.plan(cuts: 4, from: 60, to: 120))
        #expect(outcome.health == .complete, "\(String(describing: outcome.failure))")
        let failing = notebook.trials.filter(\.isFailure)
        #expect(!failing.isEmpty)
        #expect(failing.allSatisfy { $0.phase == "flip" && $0.verdict == .hang })
        #expect(board.bench.recorder.outcomes("power-cut") == ["sample-flip: fail", "sample: fail"])
        // What is left of the first one was kept before the board was used again.
        let first = failing.first?.cut.number ?? 0
        #expect(notebook.state.withLock { $0.consoles[first]?.contains("U-Boot 2023.01") } == true)
        #expect(board.bench.recorder.cuts.count == failing.count)
        #expect(board.bench.recorder.cuts.first?.brickKind == .hang)
        #expect(board.bench.power.truth == .off)
    }

    @Test func cutsBeforeItPassWithTheirBound() async {
        let notebook = MemoryNotebook()
        let board = UpdatingBoard(notebook: notebook)
        // Long before the fatal moment, so that a slow machine does not get there.
        let outcome = await board.run(Self.plan(cuts: 3, from: 0, to: 40, marker: nil))
        #expect(outcome.health == .complete, "\(String(describing: outcome.failure))")
        #expect(notebook.trials.allSatisfy { $0.verdict == .old })
        let rows = board.bench.recorder.results.filter { $0.suite == "power-cut" }
        let whole = rows.last?.metadata
        #expect(rows.last?.result == .pass)
        #expect(whole?["hits"] == .integer(3))
        #expect(whole?["bound"]?.double == BinomialBounds(failures: 0, of: 3).upper())
        #expect(board.cuts == 3)
        guard case .timeline(let timeline)? = notebook.entries.dropFirst().first else {
            Issue.record("no timeline")
            return
        }
        #expect(timeline.marks.map(\.phase) == ["copy", "flip", "done"])
    }

    @Test func aSwitchThatSticksMakesNoPass() async {
        let notebook = MemoryNotebook()
        let board = UpdatingBoard(notebook: notebook)
        board.bench.power.inject(nil)
        var plan = Self.plan(cuts: 3, from: 0, to: 40, marker: nil)
        plan.until.settle = .zero
        let console = board.bench.console
        // From the first cut on, which is after the control, the switch takes every command and does nothing.
        let watch = try? await console.watch([ConsolePattern("UP version=v2")]) { _ in
            board.bench.power.inject(.sticks)
        }
        let outcome = await board.run(plan)
        await watch?.disarm()
        #expect(notebook.trials.allSatisfy { if case .invalid = $0.status { true } else { false } })
        #expect(notebook.trials.count == SamplingMachine.invalidLimit)
        #expect(board.bench.recorder.outcomes("power-cut").last == "sample: unknown")
        #expect(outcome.health == .incomplete || outcome.health == .complete)
    }

    /// A sign of life that never comes would make every cut a brick.
    @Test func aBoardThatDoesNotComeBackUncutIsNotCut() async {
        let board = UpdatingBoard()
        var plan = Self.plan(cuts: 3, from: 0, to: 40, marker: nil)
        plan.alive.marker = "ALIVE version=(?<version>\\S+)"
        let outcome = await board.run(plan)
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.message.contains("without a cut") == true, "\(String(describing: outcome.failure))")
        #expect(board.cuts == 0)
    }

    @Test func anInterruptedCampaignGoesOn() async {
        let first = MemoryNotebook()
        let before = UpdatingBoard(notebook: first)
        _ = await before.run(Self.plan(cuts: 3, from: 0, to: 40, marker: nil))
        // As if labd had died after the second cut.
        let kept = first.entries.prefix(while: { entry in
            if case .trial(let trial) = entry { trial.cut.number < 3 } else { true }
        })
        let second = MemoryNotebook(Array(kept))
        let after = UpdatingBoard(notebook: second)
        let outcome = await after.run(Self.plan(cuts: 3, from: 0, to: 40, marker: nil))
        #expect(outcome.health == .complete)
        #expect(after.cuts == 1)
        #expect(second.trials.map(\.cut) == first.trials.map(\.cut))
    }

    @Test func aTwinsWindowIsAimedAt() async {
        // On the twin the phase took half of the 200 ms that it takes here; it is fatal from 20 to 180 ms.
        let target = PowerCutTarget(
            state: "w54", verdict: .bootloader, phase: "flip", phaseLength: .milliseconds(100),
            from: .milliseconds(25), to: .milliseconds(60))
        let notebook = MemoryNotebook()
        let board = UpdatingBoard(notebook: notebook, reports: FixedReports(targets: [target]))
        var plan = Self.plan(cuts: 1, from: 0, to: 40, marker: nil)
        plan.targets = .init(job: JobID(rawValue: 12), cuts: 2)
        let outcome = await board.run(plan)
        #expect(outcome.health == .complete, "\(String(describing: outcome.failure))")
        let rows = board.bench.recorder.outcomes("power-cut")
        #expect(rows.contains("sample-target-w54: fail"), "\(rows)")
        #expect(rows.last == "sample: fail")
        let aimed = notebook.trials.prefix(2)
        #expect(aimed.allSatisfy { $0.cut.phase == "flip" && $0.isFailure }, "\(aimed.map(\.text))")
    }

    @Test func targetsNeedAnExploration() async {
        var plan = Self.plan(cuts: 3, from: 0, to: 40, marker: nil)
        plan.targets = .init(job: JobID(rawValue: 99))
        let board = UpdatingBoard()
        let outcome = await board.run(plan)
        #expect(outcome.health == .incomplete)
        #expect(outcome.failure?.message.contains("job 99 has no finished exploration") == true)
        #expect(board.cuts == 0)
    }
}
