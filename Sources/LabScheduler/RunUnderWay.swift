import LabModel

/// A run of a job, from the lease of its board until the board is given back. The job may have its next run before the
/// last of this one is done.
struct RunUnderWay {
    let lease: Lease
    /// Ends the run.
    let cancel: AsyncStream<Void>.Continuation
    /// Why it ends although nobody asked for that: its group runs again.
    var recall: Failure?
}
