/// A job as the store knows it, without its plan and text.
public struct JobRecord: Hashable, Sendable, Codable {
    public var id: JobID
    public var name: String
    public var submitter: String
    public var deviceType: DeviceTypeName?
    public var requestedBoard: BoardName?
    public var priority: Int
    public var tags: [String]
    public var state: JobState
    public var health: JobHealth
    public var board: BoardName?
    public var submitted: WallTime
    public var started: WallTime?
    public var ended: WallTime?
    /// Runs so far; more than one after an interruption.
    public var attempt: Int
    /// Why an incomplete job ended.
    public var failure: Failure?
    public var queueTimeout: Duration?
    /// When it last went into the queue: `submitted`, or later after an interruption. `queueTimeout` counts from here.
    public var queued: WallTime
    /// Its place among jobs that run together; nil for a job of its own.
    public var group: GroupMembership?
    /// Whether it finds out if its board is sound.
    public var isHealthCheck: Bool
    /// How often an infrastructure failure may put it back into the queue; nil for as often as the lab says.
    public var retries: Int?
    /// How many of its runs labd's own end cut short.
    public var interruptions: Int
    /// Boards that failed it, oldest first: others are tried before them.
    public var tried: [BoardName]
    /// How long its board is kept as it is for a person when the job fails.
    public var holdOnFailure: Duration?
    /// The recurring job that it is one of.
    public var schedule: String?

    public init(
        id: JobID, name: String, submitter: String, deviceType: DeviceTypeName?, requestedBoard: BoardName?,
        priority: Int, tags: [String], state: JobState, health: JobHealth, board: BoardName?, submitted: WallTime,
        started: WallTime?, ended: WallTime?, attempt: Int, failure: Failure?, queueTimeout: Duration?,
        queued: WallTime? = nil, group: GroupMembership? = nil, isHealthCheck: Bool = false, retries: Int? = nil,
        interruptions: Int = 0, tried: [BoardName] = [], holdOnFailure: Duration? = nil, schedule: String? = nil
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
        self.queueTimeout = queueTimeout
        self.queued = queued ?? submitted
        self.group = group
        self.isHealthCheck = isHealthCheck
        self.retries = retries
        self.interruptions = interruptions
        self.tried = tried
        self.holdOnFailure = holdOnFailure
        self.schedule = schedule
    }
}
