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
    /// The person who holds it; nil when nobody or a job does.
    public var reservation: Reservation?
    /// How its power goes away; nil before it was measured.
    public var powerPath: PowerPath?
    /// When its last health check ended; nil for a board that never had one.
    public var checked: WallTime?
    /// Jobs that ended on it since then.
    public var jobsSinceCheck: Int

    public init(
        name: BoardName, type: DeviceTypeName, tags: [String], state: BoardState, health: BoardHealth,
        healthReason: String? = nil, power: PowerState, currentJob: JobID? = nil,
        powerPath: PowerPath? = nil, checked: WallTime? = nil, jobsSinceCheck: Int = 0,
        reservation: Reservation? = nil
    ) {
        self.name = name
        self.type = type
        self.tags = tags
        self.state = state
        self.health = health
        self.healthReason = healthReason
        self.power = power
        self.currentJob = currentJob
        self.powerPath = powerPath
        self.checked = checked
        self.jobsSinceCheck = jobsSinceCheck
        self.reservation = reservation
    }
}
