/// A job to be stored.
public struct NewJob: Hashable, Sendable {
    public var plan: JobPlan
    /// The job's text as submitted.
    public var definition: String
    public var submitter: String
    /// Whether it finds out if its board is sound.
    public var isHealthCheck: Bool

    public init(plan: JobPlan, definition: String, submitter: String, isHealthCheck: Bool = false) {
        self.plan = plan
        self.definition = definition
        self.submitter = submitter
        self.isHealthCheck = isHealthCheck
    }
}
