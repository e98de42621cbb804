/// A job to be stored.
public struct NewJob: Hashable, Sendable {
    public var plan: JobPlan
    /// The job's text as submitted.
    public var definition: String
    public var submitter: String

    public init(plan: JobPlan, definition: String, submitter: String) {
        self.plan = plan
        self.definition = definition
        self.submitter = submitter
    }
}
