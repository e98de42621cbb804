public import LabModel

/// A job's place in a group of jobs that run together.
public struct GroupInfo: Codable, Sendable, Equatable {
    /// The number of the group's first job.
    public var id: Int64
    /// LAVA's number of this job, such as `12.1`.
    public var number: String
    /// Such as `server`.
    public var role: String
    /// How many jobs the group has.
    public var size: Int
    /// Whether the group ends when this job does not end well.
    public var essential: Bool
    /// All jobs of the group. Only where one job is asked for, not in lists.
    public var jobs: [GroupJobInfo]?

    public init(
        id: Int64, number: String, role: String, size: Int, essential: Bool = false, jobs: [GroupJobInfo]? = nil
    ) {
        self.id = id
        self.number = number
        self.role = role
        self.size = size
        self.essential = essential
        self.jobs = jobs
    }

    public init(_ membership: GroupMembership) {
        self.init(
            id: membership.group.rawValue, number: membership.number, role: membership.role, size: membership.size,
            essential: membership.isEssential)
    }
}

/// A job of a group, in short.
public struct GroupJobInfo: Codable, Sendable, Equatable {
    public var id: Int64
    public var number: String
    public var role: String
    public var state: String
    public var health: String
    public var board: String?

    public init(id: Int64, number: String, role: String, state: String, health: String, board: String? = nil) {
        self.id = id
        self.number = number
        self.role = role
        self.state = state
        self.health = health
        self.board = board
    }

    public init(_ record: JobRecord) {
        self.init(
            id: record.id.rawValue, number: record.group?.number ?? "\(record.id)", role: record.group?.role ?? "",
            state: record.state.name, health: record.health.name, board: record.board?.rawValue)
    }
}
