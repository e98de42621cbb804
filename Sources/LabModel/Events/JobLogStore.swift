/// The logs of all jobs.
public protocol JobLogStore: Sendable {
    /// Opens the log of a job for appending; texts in `secrets` are masked as `[MASKED]`.
    func open(_ job: JobID, secrets: [String]) throws(Failure) -> any JobLog

    /// Reads entries from a byte offset on, at most `limit` bytes of them and always whole entries.
    ///
    /// - Throws: `job` when there is no such log.
    func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage

    /// Yields the log's length whenever it has grown; only the latest is kept for a slow reader.
    func growth(of job: JobID) async -> AsyncStream<Int64>
}

/// A part of a job's log.
public struct JobLogPage: Hashable, Sendable {
    /// Each entry as the JSON line it is stored as, without the newline.
    public var lines: [String]
    /// Where the next read begins.
    public var next: Int64

    public init(lines: [String], next: Int64) {
        self.lines = lines
        self.next = next
    }
}
