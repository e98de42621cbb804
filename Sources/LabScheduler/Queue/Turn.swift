import LabModel

/// When a job's turn is: the earliest goes first. A price in time, so that nothing waits for ever: a point of priority is
/// worth six minutes of waiting, and a board minute that its submitter used lately costs a minute.
struct Turn: Hashable, Comparable, Sendable {
    /// What a point of priority is worth.
    static let pointOfPriority = Duration.seconds(360)

    /// Nanoseconds on the scale of `WallTime`.
    let time: Int64
    let job: JobID

    init(rank: Int64, share: Duration, job: JobID) {
        let (sum, overflow) = rank.addingReportingOverflow(share.nanoseconds)
        time = overflow ? .max : sum
        self.job = job
    }

    static func < (lhs: Turn, rhs: Turn) -> Bool { (lhs.time, lhs.job) < (rhs.time, rhs.job) }

    /// The turn of a job whose submitter used no board lately. It never changes: a job that comes back keeps its place.
    static func rank(_ job: JobRecord) -> Int64 {
        let bonus = Int64(job.priority) * pointOfPriority.nanoseconds
        let (rank, overflow) = job.submitted.nanoseconds.subtractingReportingOverflow(bonus)
        return overflow ? .min : rank
    }
}
