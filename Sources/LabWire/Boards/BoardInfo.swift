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
    /// The lease of the person who holds it; nil when nobody or a job does.
    public var lease: LeaseInfo?
    /// How its power goes away; nil before it was measured.
    public var powerPath: PowerPathInfo?
    /// What is known of its power; nil where nothing but `power` is.
    public var powerReport: PowerReportInfo?
    /// Pins and buttons that can be pressed; nil for none.
    public var lines: [String]?
    /// The board file; nil for boards of the configuration and built-in ones.
    public var file: String?
    /// `change` or `removal` of the file, when it waits until nobody holds the board.
    public var pending: String?
    /// What is wrong with the board's description; nil for nothing. With an error among them the board takes no jobs.
    public var diagnostics: [DiagnosticInfo]?
    /// Signs that it goes bad, in words; nil for none.
    public var signs: [String]?

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

extension BoardInfo {
    /// Adds what is known of the board's description.
    public mutating func add(_ standing: BoardStanding) {
        file = standing.file
        pending = standing.pending?.rawValue
        diagnostics = standing.diagnostics.isEmpty ? nil : standing.diagnostics.map { DiagnosticInfo($0) }
    }

    /// Adds what the board's past gives cause for concern.
    public mutating func add(_ trend: BoardTrend?) {
        guard let trend, !trend.signs.isEmpty else { return }
        signs = trend.signs.map(\.text)
    }
}

/// All boards of the lab.
public struct BoardList: Codable, Sendable, Equatable {
    public var boards: [BoardInfo]
    /// What is wrong with the boards folder itself, or with files that belong to no board; nil for nothing.
    public var problems: [DiagnosticInfo]?
    /// Where labd looks for board files; nil for a lab without such a folder.
    public var folder: String?
    /// Why no board gets a new job; nil while the queue is served.
    public var pauses: [PauseInfo]?

    public init(boards: [BoardInfo], problems: [DiagnosticInfo]? = nil, folder: String? = nil) {
        self.boards = boards
        self.problems = problems
        self.folder = folder
    }
}

/// What came of reading the board files at once.
public struct BoardReloadInfo: Codable, Sendable, Equatable {
    /// What was taken in.
    public var changes: [BoardChangeInfo]
    /// Changes that wait until nobody holds their board.
    public var waiting: [BoardInfo]
    /// As of `BoardList`.
    public var problems: [DiagnosticInfo]

    public init(changes: [BoardChangeInfo] = [], waiting: [BoardInfo] = [], problems: [DiagnosticInfo] = []) {
        self.changes = changes
        self.waiting = waiting
        self.problems = problems
    }
}

/// A change of the lab's boards that came from their descriptions.
public struct BoardChangeInfo: Codable, Sendable, Equatable {
    public var board: String
    /// `added`, `changed`, `removed`, `broken` or `repaired`.
    public var change: String
    public var file: String?
    /// Of a broken one.
    public var diagnostics: [DiagnosticInfo]?

    public init(_ change: BoardChange) {
        board = change.board.rawValue
        self.change = change.kind.rawValue
        file = change.file
        diagnostics = change.diagnostics.isEmpty ? nil : change.diagnostics.map { DiagnosticInfo($0) }
    }
}
