public import LabModel

/// A job as interfaces show it.
public struct JobInfo: Codable, Sendable, Equatable {
    public var id: Int64
    public var name: String
    public var submitter: String
    public var deviceType: String?
    /// The one board that the job asked for.
    public var requestedBoard: String?
    public var priority: Int
    public var tags: [String]
    /// LAVA's names: `Submitted`, `Scheduling`, `Scheduled`, `Running`, `Canceling`, `Finished`.
    public var state: String
    /// LAVA's names: `Unknown`, `Complete`, `Incomplete`, `Canceled`.
    public var health: String
    /// The board it runs or ran on.
    public var board: String?
    /// ISO 8601, UTC.
    public var submitted: String
    public var started: String?
    public var ended: String?
    /// Runs so far; more than one after an interruption, or when the lab failed an earlier one.
    public var attempt: Int
    /// Boards on which the lab failed earlier runs, oldest first; nil for none.
    public var tried: [String]?
    /// True for a job that finds out whether its board is sound; else nil.
    public var healthCheck: Bool?
    /// Why an incomplete job ended.
    public var failure: FailureInfo?
    /// Why a submitted job does not run yet. Only where one job is asked for, not in lists.
    public var waiting: String?
    /// How its test cases ended, and its own steps. Only where one job is asked for, not in lists.
    public var results: ResultCounts?
    /// The lease by which the board of a failed job is kept as it is. Only where one job is asked for, not in lists.
    public var hold: LeaseInfo?
    /// Its place among jobs that run together; nil for a job of its own.
    public var group: GroupInfo?
    /// The recurring job that it is one of.
    public var schedule: String?
    /// Who keeps it from retention. Only where one job is asked for, not in lists.
    public var pinned: PinInfo?

    public init(
        id: Int64, name: String, submitter: String, deviceType: String? = nil, requestedBoard: String? = nil,
        priority: Int = 50, tags: [String] = [], state: String, health: String, board: String? = nil,
        submitted: String, started: String? = nil, ended: String? = nil, attempt: Int = 0,
        failure: FailureInfo? = nil, waiting: String? = nil, results: ResultCounts? = nil,
        group: GroupInfo? = nil
    ) {
        self.id = id
        self.name = name
        self.submitter = submitter
        self.deviceType = deviceType
        self.requestedBoard = requestedBoard
        self.priority = priority
        self.tags = tags
        self.state = state
        self.health = health
        self.board = board
        self.submitted = submitted
        self.started = started
        self.ended = ended
        self.attempt = attempt
        self.failure = failure
        self.waiting = waiting
        self.results = results
        self.group = group
    }

    public init(_ record: JobRecord, waiting: String? = nil, results: ResultCounts? = nil) {
        self.init(
            id: record.id.rawValue, name: record.name, submitter: record.submitter,
            deviceType: record.deviceType?.rawValue, requestedBoard: record.requestedBoard?.rawValue,
            priority: record.priority, tags: record.tags, state: record.state.name, health: record.health.name,
            board: record.board?.rawValue, submitted: record.submitted.iso8601, started: record.started?.iso8601,
            ended: record.ended?.iso8601, attempt: record.attempt, failure: record.failure.map { FailureInfo($0) },
            waiting: waiting, results: results, group: record.group.map { GroupInfo($0) })
        schedule = record.schedule
        tried = record.tried.isEmpty ? nil : record.tried.map(\.rawValue)
        healthCheck = record.isHealthCheck ? true : nil
    }

    /// Whether the job has ended, however it did.
    public var isFinished: Bool { state == JobState.finished.name }
}

/// Who keeps a job, and since when.
public struct PinInfo: Codable, Sendable, Equatable {
    public var by: String
    /// ISO 8601, UTC.
    public var since: String

    public init(by: String, since: String) {
        self.by = by
        self.since = since
    }

    public init(_ pin: JobPin) {
        self.init(by: pin.by, since: pin.since.iso8601)
    }
}

/// A page of a list of jobs, newest first.
public struct JobList: Codable, Sendable, Equatable {
    public var jobs: [JobInfo]
    /// How many there are in all.
    public var total: Int

    public init(jobs: [JobInfo], total: Int) {
        self.jobs = jobs
        self.total = total
    }
}

/// The body of a request to cancel a job. Every key is optional, and so is the body.
public struct CancelRequest: Codable, Sendable, Equatable {
    public var reason: String?

    public init(reason: String? = nil) {
        self.reason = reason
    }
}
