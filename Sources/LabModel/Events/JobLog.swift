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
