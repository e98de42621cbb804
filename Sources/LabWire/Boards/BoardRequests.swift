/// The body of a request to switch a board's power.
public struct PowerRequest: Codable, Sendable, Equatable {
    /// `on`, `off` or `cycle`.
    public var change: String

    public init(change: String) {
        self.change = change
    }
}

/// The body of a request to set how far a board is trusted.
public struct HealthRequest: Codable, Sendable, Equatable {
    /// LAVA's names, whatever their case: `Good`, `Unknown`, `Looping`, `Bad`, `Maintenance`, `Retired`.
    public var health: String
    public var reason: String?

    public init(health: String, reason: String? = nil) {
        self.health = health
        self.reason = reason
    }
}
