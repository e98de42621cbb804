/// How far a board is trusted, with LAVA's device health.
public enum BoardHealth: Int, Sendable, Codable, CaseIterable {
    case good = 0
    case unknown = 1
    case looping = 2
    case bad = 3
    case maintenance = 4
    case retired = 5

    /// As LAVA's interfaces write it.
    public var name: String {
        switch self {
        case .good: "Good"
        case .unknown: "Unknown"
        case .looping: "Looping"
        case .bad: "Bad"
        case .maintenance: "Maintenance"
        case .retired: "Retired"
        }
    }

    /// What a health check that ended says of a board (LAVA's table; looping and what people decided stays).
    public func after(healthCheck outcome: JobHealth) -> BoardHealth {
        switch self {
        case .good, .unknown, .bad: outcome == .complete ? .good : .bad
        case .looping, .maintenance, .retired: self
        }
    }

    /// Whether normal jobs may run on such a board.
    public var acceptsJobs: Bool { self == .good || self == .unknown }
}
