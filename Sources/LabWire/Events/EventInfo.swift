public import LabModel

/// Something that happened in the lab.
public struct EventInfo: Codable, Sendable, Equatable {
    /// Grows with every event; what a stream is resumed after.
    public var seq: Int64
    /// ISO 8601, UTC.
    public var at: String
    public var job: Int64?
    public var board: String?
    /// Such as `job.finished`. New kinds may come: skip those you do not know.
    public var kind: String
    /// Depends on the kind; `docs/api.md` lists it.
    public var data: DataValue

    public init(
        seq: Int64, at: String, job: Int64? = nil, board: String? = nil, kind: String, data: DataValue = .map([:])
    ) {
        self.seq = seq
        self.at = at
        self.job = job
        self.board = board
        self.kind = kind
        self.data = data
    }

    public init(_ event: LabEvent) {
        self.init(
            seq: event.sequence, at: event.at.iso8601, job: event.job?.rawValue, board: event.board?.rawValue,
            kind: event.kind.rawValue, data: event.data)
    }
}

/// A part of the lab's history.
public struct EventPage: Codable, Sendable, Equatable {
    public var events: [EventInfo]
    /// The number to ask `after` next: the last event's, or what was asked for when there is none.
    public var last: Int64

    public init(events: [EventInfo], last: Int64) {
        self.events = events
        self.last = last
    }
}
