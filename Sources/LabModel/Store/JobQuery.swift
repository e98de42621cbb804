/// Which jobs are listed. Nil means any.
public struct JobQuery: Hashable, Sendable, Codable {
    public var states: [JobState]?
    public var healths: [JobHealth]?
    public var deviceType: DeviceTypeName?
    public var board: BoardName?
    public var submitter: String?
    /// The jobs of one group, by its first job's number.
    public var group: JobID?
    /// The jobs of one recurring job, by its name.
    public var schedule: String?
    /// At most 1000.
    public var limit: Int
    public var offset: Int

    public init(
        states: [JobState]? = nil, healths: [JobHealth]? = nil, deviceType: DeviceTypeName? = nil,
        board: BoardName? = nil, submitter: String? = nil, group: JobID? = nil, schedule: String? = nil,
        limit: Int = 50, offset: Int = 0
    ) {
        self.states = states
        self.healths = healths
        self.deviceType = deviceType
        self.board = board
        self.submitter = submitter
        self.group = group
        self.schedule = schedule
        self.limit = limit
        self.offset = offset
    }
}
