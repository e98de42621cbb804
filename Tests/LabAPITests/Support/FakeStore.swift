import LabModel
import Synchronization

/// A store in memory: what the API's tests put into it, and what the API did to it.
final class FakeStore: Store {
    struct Contents {
        var jobs: [JobID: JobRecord] = [:]
        var definitions: [JobID: String] = [:]
        var results: [JobID: [ResultRecord]] = [:]
        var cuts: [JobID: [PowerCutRecord]] = [:]
        var boards: [BoardRecord] = []
        var events: [LabEvent] = []
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]
        var followersEver = 0
        var failure: Failure?
        var lastQuery: JobQuery?
    }

    private let contents = Mutex(Contents())
    static let submitted = WallTime(nanoseconds: 1_787_220_000_123_456_000)

    func with<Value: Sendable>(_ body: (inout Contents) -> Value) -> Value {
        contents.withLock { body(&$0) }
    }

    /// Commits events and tells everyone who follows.
    func commit(_ kind: LabEvent.Kind, job: JobID? = nil, data: DataValue = .map([:])) {
        with { contents in
            let sequence = (contents.events.last?.sequence ?? 0) + 1
            contents.events.append(
                LabEvent(sequence: sequence, at: Self.submitted, job: job, board: nil, kind: kind, data: data))
            for follower in contents.followers.values { follower.yield(sequence) }
        }
    }

    /// Moves a job on and commits the event that says so, as one transaction.
    func move(_ job: JobID, to state: JobState, health: JobHealth = .unknown, _ kind: LabEvent.Kind) {
        with { contents in
            contents.jobs[job]?.state = state
            contents.jobs[job]?.health = health
        }
        commit(kind, job: job)
    }

    @discardableResult
    func add(_ id: Int64, state: JobState = .submitted, health: JobHealth = .unknown, name: String = "hello") -> JobID {
        let id = JobID(rawValue: id)
        with { contents in
            contents.jobs[id] = JobRecord(
                id: id, name: name, submitter: "ada", deviceType: DeviceTypeName(rawValue: "qemu"),
                requestedBoard: nil, priority: 50, tags: [], state: state, health: health, board: nil,
                submitted: Self.submitted, started: nil, ended: nil, attempt: 0, failure: nil, queueTimeout: nil)
        }
        return id
    }

    private func check() throws(Failure) {
        if let failure = with({ $0.failure }) { throw failure }
    }

    // MARK: Store

    func beginEpoch() async throws(Failure) -> Epoch { Epoch(rawValue: 1) }

    func submit(_ job: NewJob) async throws(Failure) -> JobID {
        try check()
        let id = add(Int64(with { $0.jobs.count } + 1), name: job.plan.name)
        with { contents in
            contents.jobs[id]?.submitter = job.submitter
            contents.definitions[id] = job.definition
        }
        commit(.jobSubmitted, job: id)
        return id
    }

    func submit(group jobs: [NewJob]) async throws(Failure) -> [JobID] {
        var ids: [JobID] = []
        for job in jobs { ids.append(try await submit(job)) }
        return ids
    }

    func job(_ id: JobID) async throws(Failure) -> JobRecord? {
        try check()
        return with { $0.jobs[id] }
    }

    func jobs(_ query: JobQuery) async throws(Failure) -> [JobRecord] {
        try check()
        with { $0.lastQuery = query }
        return Array(matching(query).dropFirst(query.offset).prefix(query.limit))
    }

    func jobCount(_ query: JobQuery) async throws(Failure) -> Int { matching(query).count }

    private func matching(_ query: JobQuery) -> [JobRecord] {
        with { contents in
            contents.jobs.values.filter { job in
                (query.states?.contains(job.state) ?? true) && (query.healths?.contains(job.health) ?? true)
            }.sorted { $0.id > $1.id }
        }
    }

    func plan(of id: JobID) async throws(Failure) -> JobPlan? { nil }
    func definition(of id: JobID) async throws(Failure) -> String? { with { $0.definitions[id] } }
    func queue() async throws(Failure) -> [JobRecord] { matching(JobQuery(states: [.submitted])) }
    func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        allocations.map { _ in [] }
    }
    func start(_ lease: Lease) async throws(Failure) -> Bool { false }
    func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {}
    func recall(_ lease: Lease, _ failure: Failure) async throws(Failure) {}
    func retry(_ lease: Lease, _ failure: Failure) async throws(Failure) {}
    func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure) {}

    func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        guard with({ $0.jobs[id] }) != nil else { return nil }
        move(id, to: .finished, health: .canceled, .jobFinished)
        return .finished
    }

    func leases() async throws(Failure) -> [Lease] { [] }
    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {}
    func results(of job: JobID) async throws(Failure) -> [ResultRecord] { with { $0.results[job] ?? [] } }
    func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure) {}
    func powerCuts(of job: JobID) async throws(Failure) -> [PowerCutRecord] { with { $0.cuts[job] ?? [] } }
    func setBoards(_ definitions: [BoardDefinition]) async throws(Failure) {}
    func boards() async throws(Failure) -> [BoardRecord] { with { $0.boards } }

    func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        with { contents in
            guard let index = contents.boards.firstIndex(where: { $0.name == board }) else { return }
            contents.boards[index].health = health
            contents.boards[index].healthReason = reason
        }
    }

    func append(_ events: [NewEvent]) async throws(Failure) {}

    func events(after sequence: Int64, job: JobID?, limit: Int) async throws(Failure) -> [LabEvent] {
        try check()
        return with { contents in
            Array(
                contents.events.filter { $0.sequence > sequence && (job == nil || $0.job == job) }.prefix(limit))
        }
    }

    func eventCommits() -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream<Int64>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = with { contents in
            contents.followersEver += 1
            contents.followers[contents.followersEver] = continuation
            return contents.followersEver
        }
        continuation.onTermination = { [weak self] _ in self?.with { $0.followers[number] = nil } }
        return stream
    }

    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 { 1 }
    func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {}
    func unresolvedIntents() async throws(Failure) -> [PowerIntent] { [] }
}
