public import LabModel
import LabScheduler
import LabSimulation
import LabStore
import Synchronization

/// A lab in a simulation: labd, its boards, those who use it and what goes wrong, all decided by one seed.
public final class World: Sendable {
    /// What came of a seed.
    public struct Report: Sendable {
        public var seed: UInt64
        public var violation: Violation?
        /// Jobs of the executor that ran.
        public var steps: Int
        public var lives: Int
        /// Jobs of the lab that ended.
        public var ended: Int
        /// Virtual time.
        public var time: Duration
        /// The same only for runs that were the same.
        public var fingerprint: UInt64
        /// The last lines of what happened.
        public var trace: [String]
        /// Tasks that never ended.
        public var waiting: [String]
    }

    private struct State {
        var life: Life?
        var lives = 0
        var isOver = false
        var isDone = false
        var ended = 0
        var crashes: [Int] = []
        var nextCrash: Int?
    }

    let scenario: Scenario
    let seed: UInt64
    let mutant: Mutant?
    let simulation: Simulation
    let clock: SimulatedClock
    let memory: MemoryDatabase
    let physical: [PhysicalBoard]
    let witness: Witness
    let trace: Trace
    private let state: Mutex<State>

    /// No faults any more.
    var isOver: Bool { state.withLock { $0.isOver } }
    /// The story is over.
    var isClosed: Bool { state.withLock { $0.isDone } }
    var life: Life? { state.withLock { $0.life } }

    /// - Parameter isLoud: whether every line of the trace is printed as it comes.
    public init(
        seed: UInt64, scenario: Scenario, mutant: Mutant? = nil, isLoud: Bool = false
    ) throws(Failure) {
        self.seed = seed
        self.scenario = scenario
        self.mutant = mutant
        simulation = Simulation(seed: seed)
        clock = SimulatedClock(simulation, owner: 1)
        memory = try MemoryDatabase()
        var chance = SplitMix64(seed: seed ^ 0xb0a2d)
        physical = (0..<scenario.boards).map { [simulation] number in
            PhysicalBoard(
                .sample("board\(number)", type: "type\(number % scenario.types)"),
                ownerDeath: chance.unit() < 0.3 ? .drops : .keeps, hasEvidence: chance.unit() < 0.5,
                simulation: simulation)
        }
        trace = Trace(simulation, isLoud: isLoud)
        witness = Witness(
            physical, simulation: simulation, trace: trace, minimumOffTime: scenario.minimumOffTime)
        state = Mutex(State(crashes: scenario.crashes.sorted()))
    }

    func count(ofType type: Int) -> Int {
        physical.count { $0.definition.type.rawValue == "type\(type)" }
    }

    /// Runs the whole story.
    public func run() -> Report {
        simulation.inCharge {
            startLife(after: .zero)
            for who in 0..<scenario.submitters {
                simulation.start("submitter \(who)") { await Clients(world: self).submit(who) }
            }
            for number in 0..<scenario.groups {
                simulation.start("group \(number)") { await Clients(world: self).submitGroup(number) }
            }
            if scenario.rivalries > 0 {
                simulation.start("submitter of rivals") { await Clients(world: self).submitRivals() }
            }
            if scenario.flood > 0 {
                simulation.start("submitter of a flood") { await Clients(world: self).submitFlood() }
                simulation.start("submitter of few") { await Clients(world: self).submitFew() }
            }
            for number in 0..<scenario.holders {
                simulation.start("holder \(number)") { await Holder(world: self, number: number).work() }
            }
            Chaos(world: self).start()
            simulation.start("end") { await self.end() }
            drive()
            let waiting = simulation.waiting
            let steps = simulation.steps
            if simulation.escapes > 0 { witness.report(.noEscape, "\(simulation.escapes) jobs went outside") }
            let report = Report(
                seed: seed, violation: witness.violation, steps: steps, lives: state.withLock { $0.lives },
                ended: state.withLock { $0.ended }, time: simulation.now.duration(since: MonotonicTime(nanoseconds: 0)),
                fingerprint: trace.fingerprint, trace: trace.lines, waiting: waiting)
            // Whatever still waits ends, so that its memory is given back.
            state.withLock { state in
                state.isOver = true
                state.isDone = true
            }
            life?.kill()
            clock.stop()
            _ = simulation.settle(limit: 20_000)
            return report
        }
    }

    /// No story is longer than this.
    private static let stepLimit = 2_000_000

    /// Whether all jobs have ended, and nobody has a board.
    var isIdle: Bool {
        get async {
            guard let life, life.scheduler != nil else { return false }
            let states: [JobState] = [.submitted, .scheduling, .scheduled, .running, .canceling]
            guard (try? await life.real.reservations().isEmpty) == true else { return false }
            return (try? await life.real.jobCount(JobQuery(states: states))) == 0
        }
    }

    private func drive() {
        planCrash()
        while witness.violation == nil {
            if case .nothing = simulation.step() {
                if !state.withLock({ $0.isDone }) {
                    witness.report(.jobsEnd, "everybody waits for ever: \(simulation.waiting.joined(separator: ", "))")
                }
                return
            }
            if state.withLock({ $0.isDone }) { return }
            if let crash = state.withLock({ $0.nextCrash }), simulation.steps >= crash {
                kill()
                planCrash()
            }
            if simulation.steps > Self.stepLimit { return witness.report(.jobsEnd, "the story does not end") }
        }
    }

    private func planCrash() {
        let isRandom = scenario.faults.contains(.crash) && !isOver
        // Within a few hundred or a few thousand steps: in the middle of a start, or of a day.
        let distance = 1 + Int(simulation.chance() % (simulation.chance().isMultiple(of: 2) ? 300 : 4000))
        let now = simulation.steps
        state.withLock { state in
            if !state.crashes.isEmpty {
                state.nextCrash = state.crashes.removeFirst()
            } else {
                state.nextCrash = isRandom ? now + distance : nil
            }
        }
    }

    private func kill() {
        guard let life else { return }
        trace.note("labd \(life.number) is killed")
        state.withLock { $0.life = nil }
        life.kill()
        // What it was doing runs into the wall: no sleep, no switch and no commit reaches anything.
        if !simulation.settle(limit: 50_000) {
            witness.report(.jobsEnd, "a killed labd does not end: \(simulation.waiting.joined(separator: ", "))")
        }
        startLife(after: .seconds(Int(simulation.chance() % 20)))
    }

    private func startLife(after delay: Duration) {
        let number = state.withLock { state in
            state.lives += 1
            return state.lives
        }
        simulation.start("labd \(number)") { await self.live(number, after: delay) }
    }

    private func live(_ number: Int, after delay: Duration) async {
        try? await clock.sleep(for: delay)
        do throws(Failure) {
            let life = try Life(
                number: number, scenario: scenario, simulation: simulation, witness: witness, physical: physical,
                memory: memory, seed: seed, mutant: mutant)
            state.withLock { $0.life = life }
            await life.run()
            // It was stopped, or did not start: the service manager starts it again. A killed one has a successor.
            guard life.isAlive, !state.withLock({ $0.isDone }) else { return }
            state.withLock { $0.life = nil }
            life.kill()
            startLife(after: .seconds(5))
        } catch {
            witness.report(.jobsEnd, "labd \(number) has no store: \(error)")
        }
    }

    // MARK: - The end

    /// Longer than this nothing may take once the faults have stopped.
    private var patience: Duration { scenario.patience }

    private func end() async {
        try? await clock.sleep(for: scenario.span)
        trace.note("the faults stop")
        state.withLock { $0.isOver = true }
        await Chaos(world: self).mendAll()
        let deadline = simulation.now.advanced(by: patience)
        while simulation.now < deadline, !isClosed {
            await Chaos(world: self).operate()
            if await isQuiet { return await conclude() }
            try? await clock.sleep(for: .seconds(30))
        }
        await conclude()
    }

    private var isQuiet: Bool {
        get async {
            let names = simulation.waiting
            let asks = names.contains { name in
                ["submitter", "group", "cancel", "holder"].contains { name.hasPrefix($0) }
            }
            return asks ? false : await isIdle
        }
    }

    private func conclude() async {
        guard !isClosed else { return }
        // It may have been killed just now.
        for _ in 0..<10 where life?.scheduler == nil { try? await clock.sleep(for: .seconds(30)) }
        guard let life, let scheduler = life.scheduler else {
            return witness.report(.jobsEnd, "labd does not serve when all is over")
        }
        do throws(Failure) {
            try await Audit(witness: witness, store: life.real, scenario: scenario).checkEnd()
        } catch {
            witness.report(.jobsEnd, "the database cannot be read when all is over: \(error)")
        }
        let ended = try? await life.real.jobCount(JobQuery(states: [.finished]))
        await scheduler.stop()
        state.withLock { state in
            state.ended = ended ?? 0
            state.isDone = true
        }
    }
}
