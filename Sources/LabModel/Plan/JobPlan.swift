/// A checked job, ready to run: what `JobDSL` makes of the text, and all that the engine knows of it.
public struct JobPlan: Hashable, Sendable, Codable {
    /// `job_name`, 1 to 200 characters.
    public var name: String
    public var visibility: Visibility
    /// Nil only for multinode jobs.
    public var deviceType: DeviceTypeName?
    /// Where the job names its type; nil for a plan that came from no text.
    public var deviceTypePosition: SourcePosition?
    /// `device`: the one board that may run this job.
    public var board: BoardName?
    public var worker: String?
    /// LAVA's 0 (low), 50 (medium), 100 (high), or any number the job gave.
    public var priority: Int
    /// Tags that the board must all have.
    public var tags: [String]
    public var timeouts: JobTimeouts
    /// Whitelisted variables that the device type is resolved with.
    public var context: [String: DataValue]
    /// Stored, queryable and echoed; never interpreted.
    public var metadata: DataValue
    /// Exported in the overlay's `environment`.
    public var environment: [String: String]
    /// Written to the overlay's `secrets` and masked in every log.
    public var secrets: [String: String]
    public var notify: DataValue?
    public var protocols: DataValue?
    public var blocks: [ActionBlock]
    /// Its part in a group; nil for a job of its own.
    public var role: GroupRole?
    /// `retry`: how often an infrastructure failure may put the job back into the queue; nil for the lab's own number.
    public var retries: Int?
    /// `on_failure: hold`: how long the board of a failed job is kept as it is for a person.
    public var holdOnFailure: Duration?
    /// `needs`: jobs that have to end first.
    public var needs: [JobNeed]?
    /// What is valid LAVA but does not run yet, by the name of the missing method. A plan with any is not submitted.
    public var unsupported: [UnsupportedFeature]

    public init(
        name: String, visibility: Visibility = .public, deviceType: DeviceTypeName?, board: BoardName? = nil,
        worker: String? = nil, priority: Int = 50, tags: [String] = [], timeouts: JobTimeouts,
        context: [String: DataValue] = [:], metadata: DataValue = .map([:]), environment: [String: String] = [:],
        secrets: [String: String] = [:], notify: DataValue? = nil, protocols: DataValue? = nil,
        blocks: [ActionBlock], unsupported: [UnsupportedFeature] = [],
        deviceTypePosition: SourcePosition? = nil, role: GroupRole? = nil, retries: Int? = nil,
        holdOnFailure: Duration? = nil, needs: [JobNeed]? = nil
    ) {
        self.name = name
        self.visibility = visibility
        self.deviceType = deviceType
        self.board = board
        self.worker = worker
        self.priority = priority
        self.tags = tags
        self.timeouts = timeouts
        self.context = context
        self.metadata = metadata
        self.environment = environment
        self.secrets = secrets
        self.notify = notify
        self.protocols = protocols
        self.blocks = blocks
        self.unsupported = unsupported
        self.deviceTypePosition = deviceTypePosition
        self.role = role
        self.retries = retries
        self.holdOnFailure = holdOnFailure
        self.needs = needs
    }
}

/// Who may see a job.
public enum Visibility: Hashable, Sendable, Codable {
    case `public`
    case personal
    /// Members of all these groups.
    case groups([String])
}

/// A method or key that LAVA knows and this engine does not run yet.
public struct UnsupportedFeature: Hashable, Sendable, Codable {
    /// Such as `deploy to: nbd` or `boot method: grub`.
    public var name: String
    public var position: SourcePosition

    public init(name: String, position: SourcePosition) {
        self.name = name
        self.position = position
    }
}
