/// A job to be stored.
public struct NewJob: Hashable, Sendable {
    public var plan: JobPlan
    /// The job's text as submitted.
    public var definition: String
    public var submitter: String

    public init(plan: JobPlan, definition: String, submitter: String) {
        self.plan = plan
        self.definition = definition
        self.submitter = submitter
    }
}

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

    public init(
        id: JobID, name: String, submitter: String, deviceType: DeviceTypeName?, requestedBoard: BoardName?,
        priority: Int, tags: [String], state: JobState, health: JobHealth, board: BoardName?, submitted: WallTime,
        started: WallTime?, ended: WallTime?, attempt: Int, failure: Failure?, queueTimeout: Duration?,
        queued: WallTime? = nil
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
    }
}

/// A board's lease by a job.
public struct Lease: Hashable, Sendable, Codable {
    public var board: BoardName
    public var job: JobID
    public var generation: LeaseGeneration
    public var epoch: Epoch

    public init(board: BoardName, job: JobID, generation: LeaseGeneration, epoch: Epoch) {
        self.board = board
        self.job = job
        self.generation = generation
        self.epoch = epoch
    }
}

/// How a job's run ended.
public struct JobOutcome: Hashable, Sendable, Codable {
    public var health: JobHealth
    public var failure: Failure?

    public init(health: JobHealth, failure: Failure? = nil) {
        self.health = health
        self.failure = failure
    }
}

/// A board as the store knows it.
public struct BoardRecord: Hashable, Sendable, Codable {
    public var name: BoardName
    public var type: DeviceTypeName
    public var tags: [String]
    public var state: BoardState
    public var health: BoardHealth
    /// Why the health is what it is, when somebody or something said.
    public var healthReason: String?
    public var power: PowerState
    public var currentJob: JobID?

    public init(
        name: BoardName, type: DeviceTypeName, tags: [String], state: BoardState, health: BoardHealth,
        healthReason: String? = nil, power: PowerState, currentJob: JobID? = nil
    ) {
        self.name = name
        self.type = type
        self.tags = tags
        self.state = state
        self.health = health
        self.healthReason = healthReason
        self.power = power
        self.currentJob = currentJob
    }
}

/// Which jobs are listed. Nil means any.
public struct JobQuery: Hashable, Sendable, Codable {
    public var states: [JobState]?
    public var healths: [JobHealth]?
    public var deviceType: DeviceTypeName?
    public var board: BoardName?
    public var submitter: String?
    /// At most 1000.
    public var limit: Int
    public var offset: Int

    public init(
        states: [JobState]? = nil, healths: [JobHealth]? = nil, deviceType: DeviceTypeName? = nil,
        board: BoardName? = nil, submitter: String? = nil, limit: Int = 50, offset: Int = 0
    ) {
        self.states = states
        self.healths = healths
        self.deviceType = deviceType
        self.board = board
        self.submitter = submitter
        self.limit = limit
        self.offset = offset
    }
}
