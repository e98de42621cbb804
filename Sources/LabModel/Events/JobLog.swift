/// The kinds of entries in a job's log, with LAVA's names: clients know exactly these.
public enum LogLevel: String, Sendable, Codable, CaseIterable {
    case debug, info, warning, error, exception
    /// Typed at the board.
    case input
    /// Printed by the board.
    case target
    case feedback
    case results
}

/// One entry of a job's log.
public struct LogEntry: Hashable, Sendable, Codable {
    public var at: WallTime
    public var level: LogLevel
    /// A text, or for `results` a map.
    public var message: DataValue
    public var namespace: String?

    public init(at: WallTime, level: LogLevel, message: DataValue, namespace: String? = nil) {
        self.at = at
        self.level = level
        self.message = message
        self.namespace = namespace
    }
}

/// Takes the log of one job. Entries keep their order; secrets are masked before they are kept.
public protocol JobLog: Sendable {
    /// Adds entries. Never blocks: called from consoles' reading threads.
    func append(_ entries: [LogEntry])

    /// Returns when everything appended so far is on disk.
    func flush() async
}

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
