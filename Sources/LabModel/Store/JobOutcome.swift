/// How a job's run ended.
public struct JobOutcome: Hashable, Sendable, Codable {
    public var health: JobHealth
    public var failure: Failure?
    /// Whether the run left its board as it was, for a person to look at, because its plan asked for that.
    public var keepsBoard: Bool

    public init(health: JobHealth, failure: Failure? = nil, keepsBoard: Bool = false) {
        self.health = health
        self.failure = failure
        self.keepsBoard = keepsBoard
    }
}
