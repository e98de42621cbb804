public import LabModel
import LabScheduler
import LabSimulation
import LabStore
import Logging
import Synchronization

/// A week in a large lab: the real scheduler and the real store, and boards that do as they are told.
public struct Week: Sendable {
    public var boards: Int
    public var jobs: Int
    public var seed: UInt64

    public init(boards: Int = 500, jobs: Int = 200_000, seed: UInt64 = 1) {
        self.boards = boards
        self.jobs = jobs
        self.seed = seed
    }

    public struct Report: Sendable {
        /// Jobs that ended as complete.
        public var complete: Int
        public var steps: Int
        /// Virtual time until the last job had ended.
        public var time: Duration
    }

    private static let span = Duration.seconds(7 * 24 * 3600)
    private static let types = 10
    private static let submitters = 20

    /// - Parameter progress: called at the end of each simulated day, with its number and the jobs that had ended.
    public func run(progress: (Int, Int) -> Void = { _, _ in }) throws(Failure) -> Report {
        let simulation = Simulation(seed: seed)
        let clock = SimulatedClock(simulation, owner: 1)
        let store = try SQLiteStore(memory: try MemoryDatabase(), clock: clock)
        let lab = WeekLab(boards: boards, types: Self.types, clock: clock, store: store, seed: seed)
        return simulation.inCharge {
            simulation.start("labd") { await lab.serve() }
            for who in 0..<Self.submitters {
                simulation.start("submitter \(who)") { [jobs] in
                    await lab.submit(jobs / Self.submitters, as: who, within: Self.span)
                }
            }
            simulation.start("end") { [jobs] in await lab.stop(after: jobs / Self.submitters * Self.submitters) }
            var day = 0
            while !lab.isOver, simulation.step() != .nothing {
                let today = Int(simulation.now.nanoseconds / 86_400_000_000_000)
                if today > day {
                    day = today
                    progress(day, lab.ended)
                }
            }
            return Report(
                complete: lab.ended, steps: simulation.steps,
                time: simulation.now.duration(since: MonotonicTime(nanoseconds: 0)))
        }
    }
}

/// The lab of a week.
private final class WeekLab: Sendable {
    private struct State {
        var scheduler: Scheduler?
        var ended = 0
        var isOver = false
    }

    private let clock: SimulatedClock
    private let store: SQLiteStore
    private let seed: UInt64
    private let types: Int
    private let registry: WeekRegistry
    private let state = Mutex(State())

    init(boards: Int, types: Int, clock: SimulatedClock, store: SQLiteStore, seed: UInt64) {
        self.clock = clock
        self.store = store
        self.seed = seed
        self.types = types
        registry = WeekRegistry(
            (0..<boards).map { ModelBoard("board\($0)", type: "type\($0 % types)", clock: clock) })
    }

    var ended: Int { state.withLock { $0.ended } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func serve() async {
        do throws(Failure) {
            let epoch = try await store.beginEpoch()
            try await store.setBoards(registry.definitions)
            let scheduler = Scheduler(
                store: store, boards: registry, runner: self, catalog: ModelCatalog(), clock: clock, epoch: epoch,
                logger: Logger(label: "week") { _ in SwiftLogNoOpLogHandler() })
            state.withLock { $0.scheduler = scheduler }
            await scheduler.run()
        } catch {
            print("the week ends early: \(error)")
        }
        state.withLock { $0.isOver = true }
    }

    func submit(_ count: Int, as who: Int, within span: Duration) async {
        var chance = SplitMix64(seed: seed &+ UInt64(who) &* 7919)
        let pause = span / count
        for number in 0..<count {
            try? await clock.sleep(for: chance.duration(in: .zero...pause * 2))
            let plan = JobPlan.sample(
                "job \(who)-\(number)", type: "type\(chance.next(upperBound: UInt64(types)))",
                priority: [0, 50, 50, 50, 100][Int(chance.next(upperBound: UInt64(5)))])
            do throws(Failure) {
                _ = try await store.submit(.sample(plan, submitter: "user\(who)"))
            } catch {
                print("a submission failed: \(error)")
            }
            await state.withLock { $0.scheduler }?.jobWasSubmitted()
        }
    }

    func stop(after jobs: Int) async {
        while ended < jobs { try? await clock.sleep(for: .seconds(600)) }
        await state.withLock { $0.scheduler }?.stop()
    }
}

extension WeekLab: JobRunner {
    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        var chance = SplitMix64(seed: seed &+ UInt64(lease.job.rawValue) &* 104_729)
        do {
            try await board.prepare(
                BoardPreparation(
                    job: lease.job, profile: DeviceProfile(type: plan.deviceType ?? DeviceTypeName(rawValue: "")),
                    workspace: "/work"))
            try await board.power.set(.on)
            try await clock.sleep(for: chance.duration(in: .seconds(300) ... .seconds(2000)))
            try await store.append(
                [ResultRecord(suite: "week", name: "test", result: .pass, logged: clock.wall())], to: lease.job)
            try await board.rest()
        } catch {
            return JobOutcome(
                health: .incomplete, failure: error as? Failure ?? Failure(.canceled, "the run was cancelled"))
        }
        state.withLock { $0.ended += 1 }
        return JobOutcome(health: .complete)
    }
}

private struct WeekRegistry: BoardRegistry {
    let names: [BoardName]
    private let boards: [BoardName: ModelBoard]

    init(_ boards: [ModelBoard]) {
        names = boards.map(\.name)
        self.boards = Dictionary(uniqueKeysWithValues: boards.map { ($0.name, $0) })
    }

    var definitions: [BoardDefinition] { names.compactMap { boards[$0]?.definition } }

    func board(_ name: BoardName) -> (any Board)? { boards[name] }
}
