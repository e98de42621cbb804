/// One line of a board's log: what was done to its leases or its health, when, by whom and why.
public struct BoardLogEntry: Hashable, Sendable, Codable {
    public var at: WallTime
    public var board: BoardName
    /// One of `LabEvent.Kind.leases`, or `boardHealth`.
    public var kind: LabEvent.Kind
    /// Who did it; `labd` for what the lab did by itself.
    public var by: String
    public var reason: String?
    public var lease: LeaseID?
    public var holder: String?
    /// When the lease ended, or would have.
    public var expires: WallTime?
    public var ending: Reservation.Ending?
    public var job: JobID?
    public var health: BoardHealth?

    public init(
        at: WallTime, board: BoardName, kind: LabEvent.Kind, by: String, reason: String? = nil, lease: LeaseID? = nil,
        holder: String? = nil, expires: WallTime? = nil, ending: Reservation.Ending? = nil, job: JobID? = nil,
        health: BoardHealth? = nil
    ) {
        self.at = at
        self.board = board
        self.kind = kind
        self.by = by
        self.reason = reason
        self.lease = lease
        self.holder = holder
        self.expires = expires
        self.ending = ending
        self.job = job
        self.health = health
    }
}

extension LabEvent.Kind {
    /// What happens to leases of people.
    public static let leases: Set<LabEvent.Kind> = [
        .leaseBegan, .leaseExtended, .leaseWarning, .leaseNotice, .leaseHandedOver, .leaseEnded,
    ]
}
