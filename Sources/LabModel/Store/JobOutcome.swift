/// How a job's run ended.
public struct JobOutcome: Hashable, Sendable, Codable {
    public var health: JobHealth
    public var failure: Failure?

    public init(health: JobHealth, failure: Failure? = nil) {
        self.health = health
        self.failure = failure
    }
}
