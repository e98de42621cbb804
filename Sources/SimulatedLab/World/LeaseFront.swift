import LabModel
import LabStore

/// The leases of people as one life of labd has them: the real ones, with what `StoreFront` does around each commit.
struct LeaseFront: LeaseBook {
    let front: StoreFront

    private var life: Life { front.life }
    private var witness: Witness { front.life.witness }
    private var real: SQLiteStore { front.life.real }

    func isPresent(_ generation: LeaseGeneration, of board: BoardName) async throws(Failure) -> Bool {
        try await front.reading()
        return try await real.isPresent(generation, of: board)
    }

    func reservations() async throws(Failure) -> [Reservation] {
        try await front.reading()
        return try await real.reservations()
    }

    func reserve(_ wish: NewReservation, epoch: Epoch) async throws(Failure) -> Reservation? {
        try await front.before()
        let lease = try await real.reserve(wish, epoch: epoch)
        if let lease { life.trace.note("committed: lease \(lease.id) of \(lease.board) for \(lease.holder)") }
        try await front.look()
        try await front.after()
        return lease
    }

    func change(
        _ id: LeaseID, _ change: ReservationChange, by user: String, reason: String?
    ) async throws(Failure) -> Reservation? {
        if life.mutant == .endlessLease, change == .end(.expired) { return nil }
        try await front.before()
        let after = try await real.change(id, change, by: user, reason: reason)
        if let after {
            life.trace.note("committed: lease \(id) of \(after.board): \(change)")
            if case .handOver = change { witness.mayVanish(id) }
            if case .end = change, life.mutant == .earlyFree {
                witness.mayVanish(id)
                try await real.free(id)
            }
        }
        try await front.look()
        try await front.after()
        return after
    }

    func free(_ id: LeaseID) async throws(Failure) {
        try await front.before()
        if try await real.reservations().contains(where: { $0.id == id && $0.ending != nil }) {
            witness.mayVanish(id)
        }
        try await real.free(id)
        life.trace.note("committed: lease \(id) is over")
        try await front.look()
        life.probe()
        try await front.after()
    }

    func finish(
        _ lease: Lease, _ outcome: JobOutcome, keepingFor wish: NewReservation
    ) async throws(Failure) -> Reservation? {
        try await front.before()
        let kept = try await real.finish(lease, outcome, keepingFor: wish)
        if let kept {
            life.trace.note(
                "committed: job \(lease.job) ends as \(outcome.health.name), and lease \(kept.id) keeps \(kept.board)")
        }
        try await front.look()
        try await front.checkQuarantine(lease.board)
        try await front.after()
        return kept
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String
    ) async throws(Failure) {
        try await front.before()
        try await real.setHealth(health, of: board, reason: reason, by: user)
        life.trace.note("committed: \(board) is \(health.name) by \(user)")
        witness.healthChanged(board, health)
        life.probe()
        try await front.after()
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try await front.before()
        let present = try await real.setHealth(health, of: board, reason: reason, by: user, ifStill: old)
        if present == health {
            life.trace.note("committed: \(board) is \(health.name) by \(user)")
            witness.healthChanged(board, health)
        }
        life.probe()
        try await front.after()
        return present
    }

    func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry] {
        try await front.reading()
        return try await real.boardLog(of: board, kinds: kinds, limit: limit)
    }
}
