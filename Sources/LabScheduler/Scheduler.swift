public import LabModel
public import Logging

/// Gives boards to jobs, runs them, and answers for both.
///
/// What is true of jobs and boards stands in the store; this actor keeps only what belongs to this process: which runs
/// are under way and how to cancel them.
public actor Scheduler: LabControl {
    let store: any Store
    let boards: any BoardRegistry
    let runner: any JobRunner
    let catalog: any DeviceCatalog
    let clock: any LabClock
    let epoch: Epoch
    let logger: Logger
    let attempts: Int
    let offTimes: OffTimes

    var state = SchedulerState()
    /// Cancels the run of a job.
    var cancellations: [JobID: AsyncStream<Void>.Continuation] = [:]
    private var alarm: WallTime?
    /// Yields when somebody gave a board back. For one reader.
    public nonisolated let releases: AsyncStream<Void>
    private let released: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - epoch: the present one; recovery has run for it.
    ///   - attempts: how often a job may be run before an interruption ends it.
    public init(
        store: any Store, boards: any BoardRegistry, runner: any JobRunner, catalog: any DeviceCatalog,
        clock: any LabClock, epoch: Epoch, logger: Logger, attempts: Int = 2
    ) {
        self.store = store
        self.boards = boards
        self.runner = runner
        self.catalog = catalog
        self.clock = clock
        self.epoch = epoch
        self.logger = logger
        self.attempts = attempts
        offTimes = OffTimes(start: clock.monotonic())
        (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (releases, released) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves the queue until `stop`, then waits until every run has put its board to rest. Called once.
    ///
    /// Cancelling the surrounding task stops it too, but what runs cannot wait for anything any more while it tidies
    /// up; `stop` is the orderly way.
    public func run() async {
        let commits = store.eventCommits()
        await withDiscardingTaskGroup { watchers in
            watchers.addTask { await self.follow(commits) }
            watchers.addTask { await self.lookRegularly() }
            // The runs have a group of their own: at the end they are asked to stop, and still may wait and tidy up.
            await withDiscardingTaskGroup { runs in
                wake()
                for await _ in wakes {
                    for action in await lookAtQueue() {
                        switch action {
                        case .lease(let job, let board): await start(job, on: board, in: &runs)
                        case .expire(let job, let timeout): await expire(job, after: timeout)
                        case .wake(let time): setAlarm(at: time, in: &watchers)
                        }
                    }
                }
                // Stopped or cancelled: either way nothing new begins.
                stop()
            }
            watchers.cancelAll()
        }
        logger.info("the scheduler has stopped")
    }

    /// Stops the queue and cancels what runs; `run` returns when all boards are at rest.
    public func stop() {
        guard !state.isStopping else { return }
        state.stop()
        wakeUp.finish()
        for cancel in cancellations.values { cancel.yield() }
    }

    /// Gives a board back to the queue.
    func release(_ board: BoardName) {
        state.release(board)
        released.yield()
        wake()
    }

    /// Looks at the queue soon.
    func wake() {
        wakeUp.yield()
    }

    private func lookAtQueue() async -> [SchedulerState.Action] {
        guard !state.isStopping else { return [] }
        do {
            let snapshot = try await snapshot()
            // What is said of the boards now, without a moment between the look and the plan.
            return state.plan(snapshot.regarding(boards), at: clock.wall())
        } catch {
            logger.error("the queue cannot be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    func snapshot() async throws(Failure) -> QueueSnapshot {
        QueueSnapshot(jobs: try await store.queue(), boards: try await store.boards())
    }

    private func start(_ job: JobID, on board: BoardName, in group: inout DiscardingTaskGroup) async {
        let lease: Lease?
        do {
            lease = try await store.lease(board, to: job, epoch: epoch)
        } catch {
            logger.error("a board cannot be leased", metadata: ["board": "\(board)", "error": "\(error)"])
            lease = nil
        }
        guard let lease else {
            state.release(board)
            released.yield()
            return
        }
        let (signal, cancel) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        cancellations[job] = cancel
        if state.isStopping { cancel.yield() }
        group.addTask { await self.run(lease, cancelledBy: signal) }
    }

    private func expire(_ job: JobID, after timeout: Duration) async {
        do {
            _ = try await store.cancel(
                job, by: "labd", reason: "no board became free within \(Int(timeout.inSeconds)) s (timeouts: queue)")
        } catch {
            logger.error("a job cannot be canceled", metadata: ["job": "\(job)", "error": "\(error)"])
        }
    }

    /// Looks at the queue again at `time`. An alarm that is not needed any more does no harm.
    private func setAlarm(at time: WallTime, in group: inout DiscardingTaskGroup) {
        guard alarm.map({ time < $0 || $0 <= clock.wall() }) ?? true else { return }
        alarm = time
        let delay = Duration.nanoseconds(time.nanoseconds - clock.wall().nanoseconds)
        group.addTask { [clock] in
            try? await clock.sleep(for: delay)
            await self.wake()
        }
    }

    /// A safety net: whatever kept the queue from being served, such as a full disk, is tried again.
    private func lookRegularly() async {
        while (try? await clock.sleep(for: .seconds(20))) != nil { wake() }
    }

    /// Wakes the queue when somebody else changed what it depends on, such as a board's health.
    private func follow(_ commits: AsyncStream<Int64>) async {
        var last: Int64?
        for await newest in commits {
            guard let from = last else {
                last = newest
                wake()
                continue
            }
            let events = (try? await store.events(after: from, job: nil, limit: 1000)) ?? []
            last = events.last?.sequence ?? from
            let kinds: Set<LabEvent.Kind> = [
                .jobSubmitted, .jobInterrupted, .jobFinished, .boardHealth, .boardAdded, .boardChanged, .boardRepaired,
            ]
            if events.contains(where: { kinds.contains($0.kind) }) { wake() }
        }
    }
}
