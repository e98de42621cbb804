/// Runs one leased job to its end. The engine implements it; the scheduler calls it.
public protocol JobRunner: Sendable {
    /// Runs `plan` on `board`, records its results, and leaves the board at rest, also when the task is cancelled. Only
    /// when the plan asks for it (`holdOnFailure`) and the run failed, it leaves the board as it is, and says so in the
    /// outcome. The outcome is returned, not stored.
    ///
    /// - Parameter board: already journalled: every power change through it is recorded for this lease.
    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome

    /// Gives up what a board that was left as it is may still have needed of its job, such as the files it boots from.
    /// The board is at rest by now. Safe to call twice.
    func letGo(of job: JobID) async

    /// The end of a lease is stored, whether its job was run or not. Of its group nobody has to wait for a job that has
    /// ended; one that went back into the queue may have its next run already.
    func ended(_ lease: Lease) async
}

extension JobRunner {
    /// For runners that keep nothing.
    public func letGo(of job: JobID) async {}

    /// For runners of jobs that do not wait for each other.
    public func ended(_ lease: Lease) async {}
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
