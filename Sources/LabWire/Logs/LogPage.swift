public import LabModel

/// One entry of a job's log, with LAVA's keys.
public struct LogLine: Codable, Sendable, Equatable {
    /// ISO 8601, UTC.
    public var dt: String
    /// `debug`, `info`, `warning`, `error`, `exception`, `input`, `target`, `feedback` or `results`.
    public var lvl: String
    /// A text, or for `results` a map.
    public var msg: DataValue
    public var ns: String?

    public init(dt: String, lvl: String, msg: DataValue, ns: String? = nil) {
        self.dt = dt
        self.lvl = lvl
        self.msg = msg
        self.ns = ns
    }

    public init(_ entry: LogEntry) {
        self.init(dt: entry.at.iso8601, lvl: entry.level.rawValue, msg: entry.message, ns: entry.namespace)
    }
}

/// A part of a job's log.
public struct LogPage: Codable, Sendable, Equatable {
    public var entries: [LogLine]
    /// The offset of the next page.
    public var next: Int64
    /// Whether the job has ended and nothing follows.
    public var finished: Bool
    /// When retention removed the log, ISO 8601, UTC; the one entry says so in words.
    public var removed: String?

    public init(entries: [LogLine], next: Int64, finished: Bool, removed: String? = nil) {
        self.removed = removed
        self.entries = entries
        self.next = next
        self.finished = finished
    }
}
