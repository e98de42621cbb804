/// Runs one leased job to its end. The engine implements it; the scheduler calls it.
public protocol JobRunner: Sendable {
    /// Runs `plan` on `board`, records its results, and leaves the board at rest, also when the task is cancelled.
    /// The outcome is returned, not stored.
    ///
    /// - Parameter board: already journalled: every power change through it is recorded for this lease.
    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome
}

/// The boards of this lab, by name.
public protocol BoardRegistry: Sendable {
    /// In the order of the configuration, then by name. They come and go while labd runs.
    var names: [BoardName] { get }
    /// Nil for a board that is not there, or whose description is broken.
    func board(_ name: BoardName) -> (any Board)?
    func standing(_ name: BoardName) -> BoardStanding
    /// Boards that left while labd ran, oldest first.
    var departures: [BoardStanding.Departure] { get }
}

extension BoardRegistry {
    /// For labs whose boards never change.
    public func standing(_ name: BoardName) -> BoardStanding { BoardStanding(definition: board(name)?.definition) }
    public var departures: [BoardStanding.Departure] { [] }
}
