/// A board's lease by a person, or by a program that works for one.
public struct Reservation: Hashable, Sendable, Codable {
    public var id: LeaseID
    public var board: BoardName
    /// Fences off whoever held the board before.
    public var generation: LeaseGeneration
    public var holder: String
    public var purpose: Purpose
    public var reason: String?
    /// The failed job whose board this is, for `hold`.
    public var job: JobID?
    public var granted: WallTime
    public var expires: WallTime
    /// The lease ends so long after its holder's last sign of life; nil for one that asks for none.
    public var keepAlive: Duration?
    /// Whether its holder was told that it is about to expire.
    public var isWarned: Bool
    /// Somebody wants the board back.
    public var notice: Notice?
    /// It is over, and its board is on the way to its rest state: nobody may command it any more.
    public var ending: Ending?

    /// What a board is held for.
    public enum Purpose: String, Hashable, Sendable, Codable, CaseIterable {
        /// Somebody works with it.
        case work
        /// A job failed on it, and wanted it kept as it is.
        case hold
    }

    /// A kick with time to finish.
    public struct Notice: Hashable, Sendable, Codable {
        public var by: String
        public var reason: String
        /// When the lease ends.
        public var ends: WallTime

        public init(by: String, reason: String, ends: WallTime) {
            self.by = by
            self.reason = reason
            self.ends = ends
        }
    }

    /// How a lease ends.
    public enum Ending: String, Hashable, Sendable, Codable, CaseIterable {
        case released, expired, kicked
        /// Its keep-alive was missed.
        case silent
        /// Its board goes on with another holder.
        case handedOver = "handed-over"
    }

    public init(
        id: LeaseID, board: BoardName, generation: LeaseGeneration, holder: String, purpose: Purpose = .work,
        reason: String? = nil, job: JobID? = nil, granted: WallTime, expires: WallTime, keepAlive: Duration? = nil,
        isWarned: Bool = false, notice: Notice? = nil, ending: Ending? = nil
    ) {
        self.id = id
        self.board = board
        self.generation = generation
        self.holder = holder
        self.purpose = purpose
        self.reason = reason
        self.job = job
        self.granted = granted
        self.expires = expires
        self.keepAlive = keepAlive
        self.isWarned = isWarned
        self.notice = notice
        self.ending = ending
    }

    /// When it ends if nothing happens, signs of life aside.
    public var ends: WallTime { min(expires, notice?.ends ?? expires) }

    /// Whether `caller` may act in its name.
    public func admits(_ caller: Caller) -> Bool {
        ending == nil && caller.name == holder && (caller.leases?.contains(id) ?? true)
    }
}

extension Reservation {
    /// Who holds the board, since when, until when and for what, without a final stop.
    public var story: String {
        let failed = job.map { ", kept as job \($0) left it" } ?? ""
        let what = reasonAlone.map { ": \($0)" } ?? ""
        let (since, until) = (granted.minute, ends.minute)
        let end = since.prefix(10) == until.prefix(10) ? String(until.suffix(5)) : until
        if let ending { return "\(holder)'s lease \(id) \(ending.words), and the board is on its way to rest" }
        let given = notice.map { "; \($0.by) takes it back: \($0.reason)" } ?? ""
        return "\(holder) holds it since \(since) until \(end) UTC (lease \(id)\(failed)\(what))\(given)"
    }

    /// What for, without the number of the job that is named beside it.
    private var reasonAlone: String? {
        guard let reason, let job else { return reason }
        let start = "job \(job) failed: "
        return reason.hasPrefix(start) ? String(reason.dropFirst(start.count)) : reason
    }

    /// What somebody else may do about it.
    public var remedy: String {
        "ask \(holder), wait with `lablctl reserve \(board) --wait`, or take it back with `lablctl kick \(board) --reason …`"
    }

    /// Why `caller` may not act in its name.
    public func refusal(to caller: Caller) -> Failure {
        guard ending == nil, caller.name == holder else {
            return Failure(.job, "the board \(board) is not free: \(story)", at: board.rawValue, advice: remedy)
        }
        let old = (caller.leases ?? []).sorted().map(\.description).joined(separator: ", ")
        return Failure(
            .job, "the board \(board) is not free for lease \(old), which has ended: \(story)", at: board.rawValue,
            advice: "`lablctl leases --history \(board)` tells what happened")
    }
}

extension Reservation {
    /// Why a lease that somebody takes back does not become longer; nil for one that nobody does.
    public var refusalToExtend: Failure? { refusalByNotice("for longer") }

    /// Why a lease that somebody takes back is not handed over, for an heir would know nothing of it; nil when nobody
    /// does, or the heir is the one who wants the board.
    public func refusal(toHandOverTo heir: String) -> Failure? {
        notice?.by == heir ? nil : refusalByNotice("for \(heir)")
    }

    private func refusalByNotice(_ what: String) -> Failure? {
        guard let notice else { return nil }
        return Failure(
            .job,
            "the board \(board) is not free \(what): \(notice.by) takes it back at \(ends.minute) UTC: \(notice.reason)",
            at: board.rawValue, advice: "ask \(notice.by)")
    }
}

extension Reservation {
    /// What a lease is for that began because somebody switched on a board that nobody held.
    public static let byHandReason = "switched on by hand"
    /// How long such a lease is.
    public static let byHandLength = Duration.seconds(30 * 60)

    /// Whether switching the board off ends it: it began with the switching on, and its holder has not asked for more
    /// since.
    public var endsWithPower: Bool {
        purpose == .work && reason == Self.byHandReason && expires.duration(since: granted) <= Self.byHandLength
    }
}

extension Reservation.Ending {
    /// As the end of a sentence about a lease.
    public var words: String {
        switch self {
        case .released: "was released"
        case .expired: "has expired"
        case .kicked: "was taken back"
        case .silent: "ended because its holder gave no sign of life"
        case .handedOver: "was handed over"
        }
    }
}

extension WallTime {
    /// `2026-08-20 10:00`, in UTC.
    public var minute: String {
        let text = iso8601.prefix(16)
        return text.prefix(10) + " " + text.suffix(5)
    }

    /// The moment `duration` later, held at the ends of the range instead of overflowing.
    public func advanced(by duration: Duration) -> WallTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return WallTime(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from `earlier` to this moment; negative when `earlier` is later.
    public func duration(since earlier: WallTime) -> Duration {
        .nanoseconds(nanoseconds) - .nanoseconds(earlier.nanoseconds)
    }
}
