/// Tells the present holder of a board from an earlier one.
public protocol LeaseFence: Sendable {
    /// Whether the lease of this generation stands and is not on its way to its end: whoever holds an older one must
    /// not touch the board any more.
    func isPresent(_ generation: LeaseGeneration, of board: BoardName) async throws(Failure) -> Bool
}

/// What happens to a lease while it stands.
public enum ReservationChange: Hashable, Sendable {
    case extend(until: WallTime)
    /// Its holder was told that it is about to expire.
    case warn
    /// Somebody wants the board back.
    case notice(Reservation.Notice)
    /// The board goes on with another holder, under a new number and a new generation.
    case handOver(to: String)
    /// It is over; nobody commands the board any more, and nobody else gets it before `free`.
    case end(Reservation.Ending)
}

/// The part of the lab's memory that knows who holds which board. A board has one lease at most, of a job or of a
/// person. Each mutating call is one transaction, its entries in the board's log and its events included.
public protocol LeaseBook: LeaseFence {
    /// Gives an idle board to a person.
    ///
    /// - Returns: nil when the board is not idle, is not there, or is retired.
    func reserve(_ wish: NewReservation, epoch: Epoch) async throws(Failure) -> Reservation?
    /// Leases of people that still stand, by board.
    func reservations() async throws(Failure) -> [Reservation]
    /// Changes a lease that stands.
    ///
    /// - Returns: the lease afterwards; nil when there is none of this number any more, or it is ending already.
    /// - Throws: `job` for a hand-over while somebody takes the board back, unless he is the heir.
    func change(
        _ lease: LeaseID, _ change: ReservationChange, by user: String, reason: String?
    ) async throws(Failure) -> Reservation?
    /// Gives the board of a lease that has ended back to the queue. Doing it twice is doing it once.
    func free(_ lease: LeaseID) async throws(Failure)
    /// Ends a job, and gives its board to a person instead of back to the queue.
    ///
    /// - Returns: nil when the lease is not the present one any more, or the job is being canceled: nothing is done.
    func finish(
        _ lease: Lease, _ outcome: JobOutcome, keepingFor wish: NewReservation
    ) async throws(Failure) -> Reservation?

    /// Sets how far a board is trusted, in somebody's name.
    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String
    ) async throws(Failure)
    /// The same, if the board's health is still `old`: whoever decided meanwhile is not overruled.
    ///
    /// - Returns: the health afterwards.
    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth
    /// What happened to a board's leases and health, newest first.
    ///
    /// - Parameters:
    ///   - kinds: only these; nil for all.
    ///   - limit: at most 1000.
    func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry]
}
