/// One waiting job, as people see it.
public struct QueueEntry: Hashable, Sendable {
    public var job: JobRecord
    /// Why it waits, as one sentence without a final stop.
    public var reason: String
    /// When it will about begin; nil when nobody can say.
    public var start: WallTime?

    public init(job: JobRecord, reason: String, start: WallTime?) {
        self.job = job
        self.reason = reason
        self.start = start
    }
}

/// The queue at one moment.
public struct QueueListing: Hashable, Sendable {
    /// In the order of their turns.
    public var entries: [QueueEntry]
    /// How many wait, listed or not.
    public var total: Int
    /// What keeps everybody waiting.
    public var pauses: [PauseReason]

    public init(entries: [QueueEntry], total: Int, pauses: [PauseReason]) {
        self.entries = entries
        self.total = total
        self.pauses = pauses
    }
}
