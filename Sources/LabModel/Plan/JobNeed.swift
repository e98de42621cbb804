/// Another job that has to end before a job may run.
public struct JobNeed: Hashable, Sendable, Codable {
    /// What has to have become of the other job.
    public enum Condition: String, Hashable, Sendable, Codable, CaseIterable {
        /// It ended, however it did.
        case finished
        /// It ran to its end, whatever its tests found.
        case complete
        /// It ran to its end, and none of its tests failed.
        case passed
    }

    public var job: JobID
    public var condition: Condition

    public init(job: JobID, condition: Condition) {
        self.job = job
        self.condition = condition
    }
}
