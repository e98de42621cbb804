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
    let retries: Int
    let checks: (any HealthChecks)?
    let times: SwitchTimes
    let arrears = Arrears()
    /// Nil in a lab that lends no boards.
    let book: (any LeaseBook)?

    var desk: LeaseDesk
    var state = SchedulerState()
    /// The newest change that the queue knows of.
    private var cursor: Int64 = 0
    /// The newest run of each job that has a board.
    var runs: [JobID: RunUnderWay] = [:]
    private var alarm: MonotonicTime?
    /// Yields when somebody gave a board back. For one reader.
    public nonisolated let releases: AsyncStream<Void>
    private let released: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - epoch: the present one; recovery has run for it.
    ///   - attempts: how many interruptions, by labd's own end, end a job.
    ///   - retries: how often an infrastructure failure puts a job that says nothing of it back into the queue.
    ///   - checks: nil for a lab without health checks.
    ///   - leases: those of people; nil in a lab that lends no boards.
    public init(
        store: any Store, boards: any BoardRegistry, runner: any JobRunner, catalog: any DeviceCatalog,
        clock: any LabClock, epoch: Epoch, logger: Logger, attempts: Int = 2, retries: Int = 0,
        checks: (any HealthChecks)? = nil, leases: (any LeaseBook)? = nil
    ) {
        book = leases
        desk = LeaseDesk(clock: clock)
        self.store = store
        self.boards = boards
        self.runner = runner
        self.catalog = catalog
        self.clock = clock
        self.epoch = epoch
        self.logger = logger
        self.attempts = attempts
        self.retries = retries
        self.checks = checks
        times = SwitchTimes(start: clock.monotonic())
        (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (releases, released) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves the queue until `stop`, then waits until every run has put its board to rest. Called once.
    ///
    /// Cancelling the surrounding task stops it too, but what runs cannot wait for anything any more while it tidies
    /// up; `stop` is the orderly way.
    public func run() async {
        // Recovery has put boards to rest just now.
        times.restart(at: clock.monotonic())
        let commits = store.eventCommits()
        await withDiscardingTaskGroup { watchers in
            watchers.addTask { await self.follow(commits) }
            watchers.addTask { await self.lookRegularly() }
            // The runs have a group of their own: at the end they are asked to stop, and still may wait and tidy up.
            await withDiscardingTaskGroup { runs in
                runs.addTask { await self.serveLeases() }
                wake()
                for await _ in wakes {
                    for action in await lookAtQueue() {
                        switch action {
                        case .lease(let allocations): await start(allocations, in: &runs)
                        case .expire(let job, let timeout): await expire(job, after: timeout)
                        case .giveUp(let job, let failure): await giveUp(job, failure)
                        case .check(let board): await check(board)
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
        desk.wakeUp.finish()
        for run in runs.values { run.cancel.yield() }
    }

    /// Gives a board back to the queue.
    func release(_ board: BoardName) {
        letGo(board)
        offer(board)
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
            try await catchUp()
        } catch {
            logger.error("the queue cannot be read", metadata: ["error": "\(error)"])
            return []
        }
        // What is said of the boards now, without a moment between the look and the plan.
        return state.plan(
            at: clock.moment, isReady: { self.isReady($0) },
            needsMending: { self.boards.standing($0).needsMending },
            rule: checks.map { checks in { checks.rule(for: $0) } })
    }

    /// Whether a board can take a job, whatever the store says.
    func isReady(_ board: BoardName) -> Bool { boards.standing(board).isReady && !arrears.owes(board) }

    /// Brings the queue in memory up to the store.
    func catchUp() async throws(Failure) {
        guard state.queue != nil else { return try await load() }
        while true {
            let from = cursor
            let changes = try await store.queueChanges(after: from)
            let submitted = changes.jobs.filter { $0.state == .submitted }.map(\.id)
            let ended = changes.jobs.filter { $0.state == .finished }.flatMap {
                state.queue?.dependents(of: $0.id) ?? []
            }
            let needs = submitted.isEmpty && ended.isEmpty ? [:] : try await store.needs(of: submitted + ended)
            // Somebody else may have caught up further while we read.
            guard changes.newest > cursor else { return }
            guard apply(changes, needs: needs, ended: ended) else { return try await load() }
            cursor = changes.newest
            if !changes.hasMore { return }
        }
    }

    /// - Returns: false when the boards have to be read anew.
    private func apply(_ changes: QueueChanges, needs: [JobID: [NeedStanding]], ended: [JobID]) -> Bool {
        let now = clock.moment
        guard changes.departed.isEmpty else { return false }
        for board in changes.boards {
            guard state.queue?.apply(board) ?? false else { return false }
        }
        for job in changes.jobs { state.queue?.apply(job, needs: needs[job.id] ?? [], at: now) }
        for job in ended { state.queue?.apply(needs[job] ?? [], to: job, at: now) }
        return true
    }

    private func load() async throws(Failure) {
        let contents = try await store.queueContents()
        let needs = try await store.needs(of: contents.jobs.filter { $0.state == .submitted }.map(\.id))
        state.queue = LabQueue(contents, needs: needs, at: clock.moment)
        cursor = contents.newest
    }

    private func start(_ allocations: [Allocation], in group: inout DiscardingTaskGroup) async {
        var leases: [[Lease]] = []
        // What comes before in the same look takes its time, and a pause may have begun meanwhile.
        if state.pauses.isEmpty {
            do {
                leases = try await store.lease(allocations, epoch: epoch)
            } catch {
                logger.error("boards cannot be leased", metadata: ["error": "\(error)"])
            }
        }
        for (index, allocation) in allocations.enumerated() {
            let granted = index < leases.count ? leases[index] : []
            settle(allocation, isGranted: !granted.isEmpty)
            for lease in granted {
                let (signal, cancel) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                runs[lease.job] = RunUnderWay(lease: lease, cancel: cancel)
                if state.isStopping { cancel.yield() }
                group.addTask { await self.run(lease, cancelledBy: signal) }
            }
        }
    }

    private func settle(_ allocation: Allocation, isGranted: Bool) {
        for place in allocation.places {
            state.queue?.settlePlan(place.job, isGranted: isGranted, at: clock.moment)
            if isGranted { continue }
            letGo(place.board)
            offer(place.board)
        }
        guard !isGranted else { return }
        released.yield()
        // What is in memory is not what the store says, so it is read anew: not at once, but with the next change, which
        // is the one that refused us or comes after it. A store that refuses for ever must not be asked without a pause.
        state.queue = nil
    }

    private func expire(_ job: JobID, after timeout: Duration) async {
        await end(job, because: "no board became free within \(Int(timeout.inSeconds)) s (timeouts: queue)")
    }

    private func giveUp(_ job: JobID, _ failure: Failure) async {
        await end(job, because: failure.message)
    }

    private func end(_ job: JobID, because reason: String) async {
        do {
            _ = try await store.cancel(job, by: "labd", reason: reason)
        } catch {
            logger.error("a job cannot be canceled", metadata: ["job": "\(job)", "error": "\(error)"])
            state.queue = nil
        }
    }

    /// Looks at the queue again at `time`. An alarm that is not needed any more does no harm.
    private func setAlarm(at time: MonotonicTime, in group: inout DiscardingTaskGroup) {
        guard alarm.map({ time < $0 || $0 <= clock.monotonic() }) ?? true else { return }
        alarm = time
        group.addTask { [clock] in
            try? await clock.sleep(until: time)
            await self.wake()
        }
    }

    /// A safety net: whatever kept the queue from being served, such as a full disk, is tried again.
    private func lookRegularly() async {
        while (try? await clock.sleep(for: .seconds(20))) != nil {
            await payArrears()
            wake()
        }
    }

    /// Wakes the queue when somebody else changed what it depends on, such as a board's health.
    private func follow(_ commits: AsyncStream<Int64>) async {
        for await _ in commits { wake() }
    }
}
