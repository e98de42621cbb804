/// Takes what a run finds out, as it finds it out.
public protocol RunRecorder: Sendable {
    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure)
    func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure)
    func append(_ events: [NewEvent]) async throws(Failure)
}

/// The lab's memory. Each mutating call is one transaction and returns after it is durable; the events it causes are
/// part of the same transaction.
public protocol Store: PowerJournal, RunRecorder, PowerPathBook, QueueReading, Sendable {
    /// Raises the epoch. Called once, at start.
    func beginEpoch() async throws(Failure) -> Epoch

    // MARK: Jobs

    /// Stores a job as submitted.
    func submit(_ job: NewJob) async throws(Failure) -> JobID
    /// Stores jobs that run together, all or none. The first one's number names the group.
    func submit(group: [NewJob]) async throws(Failure) -> [JobID]
    /// Stores several jobs and groups, all or none. A list of one job without a role is a job of its own.
    func submit(batch: [[NewJob]]) async throws(Failure) -> [[JobID]]
    func job(_ id: JobID) async throws(Failure) -> JobRecord?
    /// Newest first.
    func jobs(_ query: JobQuery) async throws(Failure) -> [JobRecord]
    /// How many jobs `query` matches, its limit and offset aside.
    func jobCount(_ query: JobQuery) async throws(Failure) -> Int
    func plan(of id: JobID) async throws(Failure) -> JobPlan?
    func definition(of id: JobID) async throws(Failure) -> String?
    /// All submitted jobs, highest priority first, then oldest.
    func queue() async throws(Failure) -> [JobRecord]

    /// Gives boards to submitted jobs, each allocation wholly or not at all: the jobs are scheduled, the boards reserved.
    ///
    /// - Returns: the leases of each allocation, in the order of its places; none for one of which a job is not
    ///   submitted any more or a board is not idle.
    func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]]
    /// The leased job begins to run.
    ///
    /// - Returns: false when the lease is not the present one any more, or the job was cancelled meanwhile.
    func start(_ lease: Lease) async throws(Failure) -> Bool
    /// Ends the job and its lease. Ignored when the lease is not the present one any more.
    func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure)
    /// Puts a leased job back into the queue (`again`), or ends it as incomplete, because its run was interrupted; counts
    /// that, if the run had begun.
    func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure)
    /// Puts a leased job back into the queue because its group runs again; this says nothing of the job or its board.
    func recall(_ lease: Lease, _ failure: Failure) async throws(Failure)
    /// A submitted job ends at once as canceled; a leased one becomes canceling.
    ///
    /// - Returns: the state afterwards; nil when there is no such job.
    func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState?
    /// Puts a leased job back into the queue because the lab failed it; others are tried before this board.
    func retry(_ lease: Lease, _ failure: Failure) async throws(Failure)
    /// Leases that still stand, of every epoch.
    func leases() async throws(Failure) -> [Lease]

    // MARK: What a run leaves

    func results(of job: JobID) async throws(Failure) -> [ResultRecord]
    func powerCuts(of job: JobID) async throws(Failure) -> [PowerCutRecord]

    // MARK: Boards

    /// Makes the stored boards those of `definitions`; what is known of boards that stay is kept.
    func setBoards(_ definitions: [BoardDefinition]) async throws(Failure)
    func boards() async throws(Failure) -> [BoardRecord]
    func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure)
    /// The same, if the board's health is still `old`: whoever decided meanwhile is not overruled.
    ///
    /// - Returns: the health afterwards.
    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth

    // MARK: Events

    /// Events with a number above `sequence`, oldest first; of one job only, when `job` is given.
    func events(after sequence: Int64, job: JobID?, limit: Int) async throws(Failure) -> [LabEvent]
    /// Yields the newest event's number after every commit that added one; only the latest is kept for a slow reader.
    func eventCommits() -> AsyncStream<Int64>
}

extension Store {
    /// For stores that have no quicker way.
    public func queueContents() async throws(Failure) -> QueueContents {
        let newest = try await events(after: 0, job: nil, limit: .max).last?.sequence ?? 0
        let running = try await jobs(JobQuery(states: [.scheduling, .scheduled, .running, .canceling], limit: 1000))
        return QueueContents(
            newest: newest, jobs: running + (try await queue()), boards: try await boards(),
            runs: try await jobs(JobQuery(states: [.finished], limit: 1000)))
    }

    /// For stores that have no quicker way.
    public func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges {
        let events = try await events(after: sequence, job: nil, limit: 1000)
        var changes = QueueChanges(newest: events.last?.sequence ?? sequence, hasMore: events.count == 1000)
        for id in Set(events.compactMap(\.job)).sorted() {
            if let job = try await job(id) { changes.jobs.append(job) }
        }
        changes.boards = try await boards()
        return changes
    }

    /// For stores that keep none.
    public func needs(of jobs: [JobID]) async throws(Failure) -> [JobID: [NeedStanding]] { [:] }

    /// Gives `board` to a submitted job.
    ///
    /// - Returns: nil when the job is not submitted any more or the board is not idle.
    public func lease(_ board: BoardName, to job: JobID, epoch: Epoch) async throws(Failure) -> Lease? {
        try await lease([Allocation([Allocation.Place(job: job, board: board)])], epoch: epoch).first?.first
    }

    /// For stores that take one after the other.
    public func submit(batch: [[NewJob]]) async throws(Failure) -> [[JobID]] {
        var ids: [[JobID]] = []
        for group in batch { ids.append(try await submit(group: group)) }
        return ids
    }

    /// For stores to which nobody else writes meanwhile.
    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        guard let present = try await boards().first(where: { $0.name == board })?.health else {
            throw Failure(.job, "there is no board named \(board)")
        }
        guard present == old else { return present }
        try await setHealth(health, of: board, reason: reason)
        return health
    }

    /// For stores that keep none.
    public func powerPath(of board: BoardName) async throws(Failure) -> PowerPath? {
        try await boards().first { $0.name == board }?.powerPath
    }

    /// For stores that keep none.
    public func setPowerPath(_ path: PowerPath, of board: BoardName) async throws(Failure) {
        throw Failure(.configuration, "this lab keeps no power paths", at: board.rawValue)
    }
}
