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
