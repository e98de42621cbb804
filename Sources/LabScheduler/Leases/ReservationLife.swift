import LabModel

/// What becomes of one lease as time goes by. No I/O: it is asked, and answers with what is to be done.
struct ReservationLife: Sendable {
    let lease: Reservation
    /// The holder's last sign of life.
    var seen: WallTime

    enum Step: Hashable, Sendable {
        /// It is about to expire.
        case warn
        case end(Reservation.Ending)
        /// It is over already, and its board not free yet.
        case conclude
    }

    /// The longest time before the end at which a warning comes.
    private static let longestWarning = Duration.seconds(600)

    /// What is to be done now; nil for nothing.
    func step(at now: WallTime) -> Step? {
        if lease.ending != nil { return .conclude }
        if let (_, ending) = ends.filter({ $0.at <= now }).min(by: { $0.at < $1.at }) { return .end(ending) }
        return !lease.isWarned && warning <= now ? .warn : nil
    }

    /// When there is something to be done next; nil when `step` has something now.
    func next(after now: WallTime) -> WallTime? {
        guard step(at: now) == nil else { return nil }
        return (ends.map(\.at) + (lease.isWarned ? [] : [warning])).min()
    }

    /// A tenth of its length before it expires, at most ten minutes.
    var warning: WallTime {
        let length = lease.expires.duration(since: lease.granted)
        return lease.expires.advanced(by: .zero - min(length / 10, Self.longestWarning))
    }

    /// Every moment at which it may end.
    private var ends: [(at: WallTime, ending: Reservation.Ending)] {
        var ends: [(at: WallTime, ending: Reservation.Ending)] = [(lease.expires, .expired)]
        if let notice = lease.notice { ends.append((notice.ends, .kicked)) }
        if let keepAlive = lease.keepAlive { ends.append((seen.advanced(by: keepAlive), .silent)) }
        return ends
    }
}

/// The lives of all leases that stand. Signs of life are kept here only: a new labd counts from its start, for nobody
/// could give one while it was away.
struct LeaseLedger: Sendable {
    private var signs: [LeaseID: WallTime] = [:]

    /// The lives of `leases`, which are all that stand.
    mutating func lives(of leases: [Reservation], at now: WallTime) -> [ReservationLife] {
        let present = Set(leases.map(\.id))
        signs = signs.filter { present.contains($0.key) }
        return leases.map { lease in
            let seen = signs[lease.id] ?? now
            signs[lease.id] = seen
            return ReservationLife(lease: lease, seen: seen)
        }
    }

    mutating func sign(_ lease: LeaseID, at now: WallTime) {
        signs[lease] = now
    }

    func seen(_ lease: LeaseID) -> WallTime? { signs[lease] }
}
