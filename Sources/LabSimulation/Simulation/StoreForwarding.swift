public import LabModel

/// A store that passes every call on to another one, but for those that it makes its own.
public protocol StoreForwarding: Store {
    var inner: any Store { get }
}

extension StoreForwarding {
    public func beginEpoch() async throws(Failure) -> Epoch { try await inner.beginEpoch() }
    public func submit(_ job: NewJob) async throws(Failure) -> JobID { try await inner.submit(job) }
    public func submit(group: [NewJob]) async throws(Failure) -> [JobID] { try await inner.submit(group: group) }
    public func job(_ id: JobID) async throws(Failure) -> JobRecord? { try await inner.job(id) }
    public func jobs(_ query: JobQuery) async throws(Failure) -> [JobRecord] { try await inner.jobs(query) }
    public func jobCount(_ query: JobQuery) async throws(Failure) -> Int { try await inner.jobCount(query) }
    public func plan(of id: JobID) async throws(Failure) -> JobPlan? { try await inner.plan(of: id) }
    public func definition(of id: JobID) async throws(Failure) -> String? { try await inner.definition(of: id) }
    public func queue() async throws(Failure) -> [JobRecord] { try await inner.queue() }

    public func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        try await inner.lease(allocations, epoch: epoch)
    }
    public func start(_ lease: Lease) async throws(Failure) -> Bool { try await inner.start(lease) }
    public func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        try await inner.finish(lease, outcome)
    }
    public func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure) {
        try await inner.interrupt(lease, again: again, failure)
    }
    public func recall(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await inner.recall(lease, failure)
    }

    public func retry(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await inner.retry(lease, failure)
    }
    public func queueContents() async throws(Failure) -> QueueContents { try await inner.queueContents() }
    public func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges {
        try await inner.queueChanges(after: sequence)
    }
    public func needs(of jobs: [JobID]) async throws(Failure) -> [JobID: [NeedStanding]] {
        try await inner.needs(of: jobs)
    }
    public func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        try await inner.cancel(id, by: user, reason: reason)
    }
    public func leases() async throws(Failure) -> [Lease] { try await inner.leases() }

    public func results(of job: JobID) async throws(Failure) -> [ResultRecord] { try await inner.results(of: job) }
    public func powerCuts(of job: JobID) async throws(Failure) -> [PowerCutRecord] {
        try await inner.powerCuts(of: job)
    }

    public func setBoards(_ definitions: [BoardDefinition]) async throws(Failure) {
        try await inner.setBoards(definitions)
    }
    public func boards() async throws(Failure) -> [BoardRecord] { try await inner.boards() }
    public func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        try await inner.setHealth(health, of: board, reason: reason)
    }
    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try await inner.setHealth(health, of: board, reason: reason, ifStill: old)
    }

    public func events(after sequence: Int64, job: JobID?, limit: Int) async throws(Failure) -> [LabEvent] {
        try await inner.events(after: sequence, job: job, limit: limit)
    }
    public func eventCommits() -> AsyncStream<Int64> { inner.eventCommits() }

    public func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        try await inner.append(results, to: job)
    }
    public func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure) {
        try await inner.append(cut, to: job)
    }
    public func append(_ events: [NewEvent]) async throws(Failure) { try await inner.append(events) }

    public func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 { try await inner.begin(intent) }
    public func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        try await inner.end(intent, state: state, note: note)
    }
    public func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure) {
        try await inner.settle(intents, state: state)
    }
    public func boardsToldOn() async throws(Failure) -> Set<BoardName> { try await inner.boardsToldOn() }
    public func unresolvedIntents() async throws(Failure) -> [PowerIntent] { try await inner.unresolvedIntents() }

    public func powerPath(of board: BoardName) async throws(Failure) -> PowerPath? {
        try await inner.powerPath(of: board)
    }
    public func setPowerPath(_ path: PowerPath, of board: BoardName) async throws(Failure) {
        try await inner.setPowerPath(path, of: board)
    }
}
