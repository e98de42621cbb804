/// What changed for the queue: the present rows of all jobs and boards that events since a certain one name.
public struct QueueChanges: Hashable, Sendable {
    /// The newest event that was looked at.
    public var newest: Int64
    /// In whatever state they are now.
    public var jobs: [JobRecord]
    public var boards: [BoardRecord]
    /// Boards that are not in the lab any more.
    public var departed: [BoardName]
    /// Whether there are more changes behind `newest`.
    public var hasMore: Bool

    public init(
        newest: Int64, jobs: [JobRecord] = [], boards: [BoardRecord] = [], departed: [BoardName] = [],
        hasMore: Bool = false
    ) {
        self.newest = newest
        self.jobs = jobs
        self.boards = boards
        self.departed = departed
        self.hasMore = hasMore
    }
}

/// All that the queue has to know at its start.
public struct QueueContents: Hashable, Sendable {
    /// The newest event that these rows know of.
    public var newest: Int64
    /// Submitted ones and those that have boards.
    public var jobs: [JobRecord]
    /// In the order of the configuration.
    public var boards: [BoardRecord]
    /// The last runs that ended, newest first.
    public var runs: [JobRecord]

    public init(newest: Int64, jobs: [JobRecord], boards: [BoardRecord], runs: [JobRecord]) {
        self.newest = newest
        self.jobs = jobs
        self.boards = boards
        self.runs = runs
    }
}

/// What became of a job that another one needs.
public struct NeedStanding: Hashable, Sendable {
    public var need: JobNeed
    /// Nil when there is no such job (any more).
    public var state: JobState?
    public var health: JobHealth
    /// Test results that say fail.
    public var failures: Int

    public init(need: JobNeed, state: JobState?, health: JobHealth, failures: Int) {
        self.need = need
        self.state = state
        self.health = health
        self.failures = failures
    }

    /// Whether the condition holds; nil while the other job has not ended.
    public var isMet: Bool? {
        guard let state else { return false }
        guard state == .finished else { return nil }
        return switch need.condition {
        case .finished: true
        case .complete: health == .complete
        case .passed: health == .complete && failures == 0
        }
    }
}

/// What the queue reads. One consistent state of the store for each call.
public protocol QueueReading: Sendable {
    func queueContents() async throws(Failure) -> QueueContents
    /// - Parameter sequence: the `newest` of an earlier answer.
    func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges
    /// What became of the jobs that these need; nothing for one that needs none.
    func needs(of jobs: [JobID]) async throws(Failure) -> [JobID: [NeedStanding]]
}
