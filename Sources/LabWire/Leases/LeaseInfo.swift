public import LabModel

/// A person's lease of a board, as interfaces show it.
public struct LeaseInfo: Codable, Sendable, Equatable {
    public var id: Int64
    public var board: String
    public var holder: String
    /// `work`, or `hold` for the board of a failed job.
    public var purpose: String
    public var reason: String?
    /// The failed job whose board is kept.
    public var job: Int64?
    /// ISO 8601, UTC.
    public var since: String
    /// ISO 8601, UTC: when it ends unless something happens before.
    public var until: String
    /// Seconds until then, however the host's calendar was changed meanwhile.
    public var remaining: Double
    /// Seconds after the last sign of life; nil for a lease that asks for none.
    public var keepAlive: Double?
    /// Who wants the board back, and why.
    public var notice: LeaseNotice?
    /// `released`, `expired`, `kicked`, `silent` or `handed-over` once it is over.
    public var ending: String?

    public init(_ reservation: Reservation, remaining: Duration) {
        id = reservation.id.rawValue
        board = reservation.board.rawValue
        holder = reservation.holder
        purpose = reservation.purpose.rawValue
        reason = reservation.reason
        job = reservation.job?.rawValue
        since = reservation.granted.iso8601
        until = reservation.ends.iso8601
        self.remaining = remaining.inSeconds
        keepAlive = reservation.keepAlive?.inSeconds
        notice = reservation.notice.map { LeaseNotice($0) }
        ending = reservation.ending?.rawValue
    }
}

/// Somebody takes a board back.
public struct LeaseNotice: Codable, Sendable, Equatable {
    public var by: String
    public var reason: String
    /// ISO 8601, UTC: when the lease ends.
    public var until: String

    public init(_ notice: Reservation.Notice) {
        by = notice.by
        reason = notice.reason
        until = notice.ends.iso8601
    }
}

/// All leases of people that stand.
public struct LeaseList: Codable, Sendable, Equatable {
    public var leases: [LeaseInfo]
    /// People who wait for a board, the first first.
    public var waiting: [LineInfo]

    public init(leases: [LeaseInfo], waiting: [LineInfo] = []) {
        self.leases = leases
        self.waiting = waiting
    }
}

/// Somebody who stands in line for a board.
public struct LineInfo: Codable, Sendable, Equatable {
    public var user: String
    /// The board that is wanted; nil for any of the type.
    public var board: String?
    public var type: String?
    public var tags: [String]
    public var reason: String?

    public init(_ entry: LineEntry) {
        user = entry.caller.name
        board = entry.wish.board?.rawValue
        type = entry.wish.type?.rawValue
        tags = entry.wish.tags
        reason = entry.wish.reason
    }
}

/// Why somebody who stands in line for a board has none yet.
public struct LeaseWaiting: Codable, Sendable, Equatable {
    public var reason: String

    public init(reason: String) {
        self.reason = reason
    }
}
