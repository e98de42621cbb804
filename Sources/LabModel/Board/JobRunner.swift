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
    /// In the order of the configuration.
    var names: [BoardName] { get }
    func board(_ name: BoardName) -> (any Board)?
}
