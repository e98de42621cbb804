public import LabModel

/// The queue at one moment.
public struct QueueInfo: Codable, Sendable, Equatable {
    /// In the order of their turns.
    public var jobs: [QueuedJobInfo]
    /// How many wait, listed or not.
    public var total: Int
    /// What keeps everybody waiting; empty for a queue that is served.
    public var pauses: [PauseInfo]

    public init(jobs: [QueuedJobInfo], total: Int, pauses: [PauseInfo]) {
        self.jobs = jobs
        self.total = total
        self.pauses = pauses
    }

    public init(_ listing: QueueListing) {
        self.init(
            jobs: listing.entries.map { QueuedJobInfo($0) }, total: listing.total,
            pauses: listing.pauses.map { PauseInfo(name: $0.name, text: $0.text) })
    }
}

/// One waiting job.
public struct QueuedJobInfo: Codable, Sendable, Equatable {
    public var job: JobInfo
    /// When it will about begin, ISO 8601, UTC; nil when nobody can say.
    public var start: String?

    public init(job: JobInfo, start: String?) {
        self.job = job
        self.start = start
    }

    public init(_ entry: QueueEntry) {
        self.init(job: JobInfo(entry.job, waiting: entry.reason), start: entry.start?.iso8601)
    }
}

/// Why nobody new gets a board.
public struct PauseInfo: Codable, Sendable, Equatable {
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
