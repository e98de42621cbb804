public import LabModel

/// What happened to a board's leases and health, newest first.
public struct BoardLogPage: Codable, Sendable, Equatable {
    public var board: String
    public var entries: [BoardLogLine]

    public init(board: String, entries: [BoardLogLine]) {
        self.board = board
        self.entries = entries
    }
}

/// One line of a board's log.
public struct BoardLogLine: Codable, Sendable, Equatable {
    /// ISO 8601, UTC.
    public var at: String
    /// `board.health`, or a kind of event that begins with `lease.`.
    public var kind: String
    /// Who did it; `labd` for what the lab did by itself.
    public var by: String
    public var reason: String?
    public var lease: Int64?
    /// Who holds the board by it; the heir, for a lease that was handed over.
    public var holder: String?
    /// ISO 8601, UTC: when the lease was to end at that moment.
    public var until: String?
    public var ending: String?
    public var job: Int64?
    public var health: String?

    public init(_ entry: BoardLogEntry) {
        at = entry.at.iso8601
        kind = entry.kind.rawValue
        by = entry.by
        reason = entry.reason
        lease = entry.lease?.rawValue
        holder = entry.holder
        until = entry.expires?.iso8601
        ending = entry.ending?.rawValue
        job = entry.job?.rawValue
        health = entry.health?.name
    }
}
