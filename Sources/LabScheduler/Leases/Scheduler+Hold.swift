import LabModel
import Logging

extension Scheduler {
    /// Ends a failed job and keeps its board as it is for its submitter, as the job asked: both at once, so that the
    /// board never has power without somebody who holds it.
    ///
    /// - Returns: false when the board is nobody's to keep: the job is being canceled, or labd stops.
    func keep(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) -> Bool {
        guard let book, !state.isStopping, let job = try await store.job(lease.job), let length = job.holdOnFailure
        else { return false }
        // What comes after it failed, and all is tried again.
        if try await record(lease.board)?.reservation?.job == lease.job { return true }
        let now = desk.now(clock)
        let wish = NewReservation(
            board: lease.board, holder: job.submitter, purpose: .hold, reason: Self.reason(job, outcome),
            job: lease.job, granted: now,
            expires: now.advanced(by: min(max(length, .seconds(1)), ReservationWish.lengths.upperBound)))
        guard let kept = try await book.finish(lease, outcome, keepingFor: wish) else { return false }
        logger.notice("a failed job's board is kept", metadata: kept.metadata)
        desk.ledger.sign(kept.id, at: now)
        wakeLeases()
        return true
    }

    private static func reason(_ job: JobRecord, _ outcome: JobOutcome) -> String {
        let what = outcome.failure.map { $0.message } ?? "tests failed"
        return "job \(job.id) failed: \(what.prefix(200))"
    }
}
