import LabModel
import Logging

/// Boards that people switch without having reserved them: no board has power without somebody who holds it.
extension Scheduler {
    /// Begins a short lease of a board that nobody holds, and that this process keeps for the caller.
    ///
    /// - Returns: nil in maintenance, where a board may have power and no holder, and in a lab that lends no boards.
    /// - Throws: `job` when the board is retired, or somebody else was faster.
    func lendByHand(_ name: BoardName, to caller: Caller) async throws(Failure) -> Reservation? {
        guard let book, let record = try await record(name), record.health != .maintenance else { return nil }
        guard record.health != .retired else { throw retired(name) }
        let now = desk.now(clock)
        let wish = NewReservation(
            board: name, holder: caller.name, reason: Reservation.byHandReason, granted: now,
            expires: now.advanced(by: Reservation.byHandLength))
        guard let lease = try await book.reserve(wish, epoch: epoch) else { throw busy(record) }
        logger.notice("a lease begins", metadata: lease.metadata)
        desk.ledger.sign(lease.id, at: now)
        wakeLeases()
        return lease
    }

    /// How far a board is trusted that is about to get power. Who holds a retired one may still switch it off.
    ///
    /// - Throws: `job` when the board is retired.
    func healthBeforePower(of name: BoardName) async throws(Failure) -> BoardHealth {
        guard let record = try await record(name) else { throw Failure(.job, "there is no board named \(name)") }
        guard record.health != .retired else { throw retired(name) }
        return record.health
    }

    private func retired(_ name: BoardName) -> Failure {
        Failure(
            .job, "the board \(name) is Retired, and gets no power", at: name.rawValue,
            advice: "`lablctl board health \(name) maintenance --reason …` is for whoever brings it back")
    }

    /// Ends a lease that `lendByHand` began just now. The board goes to rest when its holder has let go of it.
    func giveUp(_ lease: Reservation, because failure: Failure) async {
        let reason = "it could not be switched on: \(failure.message)"
        // One that cannot be ended expires.
        _ = try? await book?.change(lease.id, .end(.released), by: "labd", reason: String(reason.prefix(500)))
        wakeLeases()
    }

    /// Ends the caller's lease when it is one that began with switching on. The board is off already.
    func endLeaseByHand(of name: BoardName, _ caller: Caller) async {
        guard let lease = (try? await record(name))??.reservation, lease.endsWithPower, lease.admits(caller) else {
            return
        }
        // Its end may have come by itself meanwhile.
        _ = try? await end(lease, as: .released, by: caller, reason: "switched off by hand")
    }
}
