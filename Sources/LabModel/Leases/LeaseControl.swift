/// What the interfaces may ask of the lab's leases. The scheduler implements it.
///
/// A refusal is a `Failure` of type `job` that says who holds the board, since when, until when, and what to do.
public protocol LeaseControl: Sendable {
    /// Leases of people that stand, by board.
    func reservations() async throws(Failure) -> [Reservation]

    /// Gives somebody a board that is free now.
    func reserve(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> Reservation

    /// Stands in line for a board, before all jobs that wait. `leave` ends the standing, also after the lease began
    /// when nobody took it.
    func standInLine(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> LinePlace
    /// Takes the board that `place` was offered.
    ///
    /// - Returns: nil when there is none yet.
    func take(_ place: LinePlace) async throws(Failure) -> Reservation?
    /// Why the board that `place` waits for is not to be had yet, in one sentence.
    func waitingReason(_ place: LinePlace) async throws(Failure) -> String
    func leave(_ place: LinePlace) async
    /// Who stands in line, the first first.
    func line() async -> [LineEntry]

    /// Moves the end of the caller's lease of a board.
    func extend(_ board: BoardName, by length: Duration, caller: Caller) async throws(Failure) -> Reservation
    /// Ends the caller's lease of a board; returns once the board is at rest and free.
    func release(_ board: BoardName, reason: String?, caller: Caller) async throws(Failure) -> Reservation
    /// Gives the caller's lease of a board to somebody else; the board stays as it is. Refused while a third person
    /// takes the board back.
    func handOver(
        _ board: BoardName, to user: String, reason: String?, caller: Caller
    ) async throws(Failure) -> Reservation
    /// Takes a board back from whoever holds it, after `grace`.
    func kick(
        _ board: BoardName, reason: String, grace: Duration, caller: Caller
    ) async throws(Failure) -> Reservation
    /// A sign of life of the caller's lease of a board.
    func keepAlive(_ board: BoardName, caller: Caller) async throws(Failure) -> Reservation

    /// Says how far a board is trusted. One that leaves maintenance with power on, and nobody holds, is put to rest.
    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, caller: Caller
    ) async throws(Failure)
    /// As of `LeaseBook`.
    func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry]

    /// How long a lease has still to go, whatever was done to the host's calendar meanwhile.
    func remaining(_ reservation: Reservation) async -> Duration
}

/// Somebody who stands in line for a board.
public struct LineEntry: Hashable, Sendable {
    public var caller: Caller
    public var wish: ReservationWish

    public init(caller: Caller, wish: ReservationWish) {
        self.caller = caller
        self.wish = wish
    }
}

/// Somebody's place in the line for a board.
public struct LinePlace: Hashable, Sendable {
    public var number: Int
    /// Yields whenever it is worth trying `take`.
    public var offers: AsyncStream<Void>

    public init(number: Int, offers: AsyncStream<Void>) {
        self.number = number
        self.offers = offers
    }

    public static func == (lhs: LinePlace, rhs: LinePlace) -> Bool { lhs.number == rhs.number }

    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
