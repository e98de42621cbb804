import JobEngine
import LabModel
import LabScheduler
import LabSimulation
import LabStore
import Logging
import Synchronization

/// One life of labd, from its start until it is killed or stopped: the real store on the database that outlives it, the
/// real recovery, the real scheduler.
final class Life: Sendable {
    private struct State {
        var isAlive = true
        var scheduler: Scheduler?
        var isProbing = false
        var consoles: [BoardName: ModelConsole] = [:]
        /// Intents that a mutant did not store.
        var postponed: [Int64: PowerIntent] = [:]
    }

    let number: Int
    let scenario: Scenario
    let simulation: Simulation
    let clock: SimulatedClock
    let witness: Witness
    let physical: [PhysicalBoard]
    let seed: UInt64
    let mutant: Mutant?
    let real: SQLiteStore
    private let state = Mutex(State())

    var trace: Trace { witness.trace }
    var isAlive: Bool { state.withLock { $0.isAlive } }
    /// Nil until recovery is done, as the API opens only then.
    var scheduler: Scheduler? { state.withLock { $0.isAlive ? $0.scheduler : nil } }

    init(
        number: Int, scenario: Scenario, simulation: Simulation, witness: Witness, physical: [PhysicalBoard],
        memory: MemoryDatabase, seed: UInt64, mutant: Mutant?
    ) throws(Failure) {
        self.number = number
        self.scenario = scenario
        self.simulation = simulation
        self.witness = witness
        self.physical = physical
        self.seed = seed
        self.mutant = mutant
        clock = SimulatedClock(simulation, owner: number + 1)
        real = try SQLiteStore(memory: memory, clock: clock)
    }

    /// - Throws: when this life is over; whoever still runs does no more.
    func check() throws(Failure) {
        guard isAlive else { throw Failure(.canceled, "this labd is dead") }
    }

    private var leases: LeaseFront { LeaseFront(front: front) }
    private var front: StoreFront { StoreFront(inner: real, life: self) }
    /// As the parts of labd have it.
    var store: any Store { mutant.map { MutantStore(inner: front, life: self, mutant: $0) } ?? front }
    /// As runs and clients have it.
    var answering: AnsweringStore { AnsweringStore(inner: store, witness: witness) }

    var boards: [LifeBoard] {
        physical.map { LifeBoard(physical: $0, life: self) }
    }

    func console(of board: PhysicalBoard) -> ModelConsole {
        state.withLock { state in
            if let console = state.consoles[board.name] { return console }
            let console = ModelConsole(clock: clock)
            state.consoles[board.name] = console
            return console
        }
    }

    /// A board begins to boot: where the real engine listens, it speaks.
    func tellBoot(of board: PhysicalBoard) {
        guard scenario.usesEngine else { return }
        let story = BootStory(board: board, console: console(of: board), life: self)
        let boot = board.boots
        simulation.start("\(board.name) boots") { await story.tell(boot) }
    }

    /// Runs from start to end. Returns when it was stopped, could not start, or is dead.
    func run() async {
        trace.note("labd \(number) starts")
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let (store, registry) = (store, LifeRegistry(boards: boards))
        let attempts = mutant == .endlessRetry ? Int.max : scenario.attempts
        do throws(Failure) {
            let epoch = try await store.beginEpoch()
            let catalog = catalog
            let scheduler = Scheduler(
                store: store, boards: registry, runner: runner, catalog: catalog, clock: clock, epoch: epoch,
                logger: logger, attempts: attempts, retries: mutant == .endlessRetry ? Int.max : scenario.retries,
                checks: scenario.hasHealthChecks ? ModelChecks(usesEngine: scenario.usesEngine) : nil, leases: leases)
            try await store.setBoards(physical.map(\.definition))
            let recoveryStore: any Store =
                mutant.map { RecoveryMutantStore(inner: store, life: self, mutant: $0) } ?? store
            let recovery = Recovery(
                store: recoveryStore, boards: registry, clock: clock, log: logger, attempts: attempts)
            try await recovery.run(epoch: epoch)
            try await lookAfterRecovery(recovery, epoch)
            await scheduler.settleLeases()
            state.withLock { $0.scheduler = scheduler }
            witness.serves(true)
            await scheduler.run()
        } catch {
            trace.note("labd \(number) does not start: \(error)")
        }
        trace.note("labd \(number) ends")
    }

    private func lookAfterRecovery(_ recovery: Recovery, _ epoch: Epoch) async throws(Failure) {
        witness.recovered(try await real.leases())
        guard number.isMultiple(of: 2), !physical.contains(where: \.isExcused) else { return }
        let before = (
            try await real.boards(), try await real.queue(),
            try await real.events(after: 0, job: nil, limit: 10_000).count
        )
        try await recovery.run(epoch: epoch)
        guard !physical.contains(where: \.isExcused) else { return }
        let after = (
            try await real.boards(), try await real.queue(),
            try await real.events(after: 0, job: nil, limit: 10_000).count
        )
        if before != after { witness.report(.recoveryRepeats, "a second recovery changed something") }
    }

    private var catalog: ModelCatalog {
        ModelCatalog(power: PowerFacts(minimumOffTime: mutant == .ignoredOffTime ? .zero : scenario.minimumOffTime))
    }

    private var runner: any JobRunner {
        let runner: any JobRunner =
            scenario.usesEngine ? ModelServices(life: self).engine(catalog) : ModelRunner(life: self)
        return WitnessedRunner(inner: runner, life: self)
    }

    /// Killed: what it was doing is over, wherever it was.
    func kill() {
        state.withLock { $0.isAlive = false }
        witness.lifeEnded()
        for board in physical { board.dropLine() }
        clock.stop()
    }

    func postpone(_ intent: PowerIntent) -> Int64 {
        state.withLock { state in
            let number = -Int64(state.postponed.count + 1)
            state.postponed[number] = intent
            return number
        }
    }

    func postponed(_ number: Int64) -> PowerIntent? { state.withLock { $0.postponed[number] } }

    /// Looks soon whether a job waits beside a free board.
    func probe() {
        let isNew = state.withLock { state in
            defer { state.isProbing = true }
            return !state.isProbing
        }
        guard isNew else { return }
        simulation.start("probe") { [self] in
            try? await clock.sleep(for: Audit.promptness + .seconds(1))
            state.withLock { $0.isProbing = false }
            guard isAlive else { return }
            try? await Audit(witness: witness, store: real, scenario: scenario).check()
        }
    }
}

/// Boards are checked after a few jobs, with a job like any other.
private struct ModelChecks: HealthChecks {
    let usesEngine: Bool

    func rule(for board: BoardRecord) -> HealthRule? { HealthRule(jobs: 4) }

    func job(for board: BoardRecord) async throws(Failure) -> NewJob {
        let plan = JobPlan.sample("check", type: board.type.rawValue, board: board.name.rawValue)
        return NewJob(
            plan: usesEngine ? .modelled(plan) : plan, definition: "job_name: check\n", submitter: "lava-health",
            isHealthCheck: true)
    }
}
