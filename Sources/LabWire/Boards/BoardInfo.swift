public import LabModel

/// A board as interfaces show it.
public struct BoardInfo: Codable, Sendable, Equatable {
    public var name: String
    public var type: String
    public var tags: [String]
    /// Which driver makes it, such as `qemu` or `sim`; nil for a board that this daemon does not have now.
    public var driver: String?
    public var description: String?
    /// LAVA's names: `Idle`, `Reserved`, `Running`.
    public var state: String
    /// LAVA's names: `Good`, `Unknown`, `Looping`, `Bad`, `Maintenance`, `Retired`.
    public var health: String
    public var healthReason: String?
    /// `on`, `off` or `unknown`.
    public var power: String
    /// The job that holds it.
    public var currentJob: Int64?
    /// How its power goes away; nil before it was measured.
    public var powerPath: PowerPathInfo?
    /// What is known of its power; nil where nothing but `power` is.
    public var powerReport: PowerReportInfo?
    /// Pins and buttons that can be pressed; nil for none.
    public var lines: [String]?

    public init(
        name: String, type: String, tags: [String] = [], driver: String? = nil, description: String? = nil,
        state: String, health: String, healthReason: String? = nil, power: String, currentJob: Int64? = nil,
        powerPath: PowerPathInfo? = nil
    ) {
        self.name = name
        self.type = type
        self.tags = tags
        self.driver = driver
        self.description = description
        self.state = state
        self.health = health
        self.healthReason = healthReason
        self.power = power
        self.currentJob = currentJob
        self.powerPath = powerPath
    }

    public init(_ record: BoardRecord, definition: BoardDefinition? = nil) {
        self.init(
            name: record.name.rawValue, type: record.type.rawValue, tags: record.tags, driver: definition?.driver,
            description: definition?.description, state: record.state.name, health: record.health.name,
            healthReason: record.healthReason, power: record.power.rawValue,
            currentJob: record.currentJob?.rawValue, powerPath: record.powerPath.map { PowerPathInfo($0) })
    }
}

/// All boards of the lab.
public struct BoardList: Codable, Sendable, Equatable {
    public var boards: [BoardInfo]

    public init(boards: [BoardInfo]) {
        self.boards = boards
    }
}
