import LabModel
import Synchronization

/// Lends one board and remembers what it was asked.
final class FakeLeases: LeaseControl {
    struct Memory {
        var leases: [Reservation] = []
        var log: [BoardLogEntry] = []
        var wishes: [ReservationWish] = []
        var callers: [Caller] = []
        var deeds: [String] = []
        var refusal: Failure?
        /// Who stands in line gets the board at this try.
        var triesUntilOffer = 0
        var left = 0
    }

    let memory = Mutex(Memory())
    static let start = WallTime(nanoseconds: 1_787_220_000_000_000_000)

    static func lease(_ holder: String = "ann", job: JobID? = nil) -> Reservation {
        Reservation(
            id: LeaseID(rawValue: 12), board: BoardName(rawValue: "qemu-1"),
            generation: LeaseGeneration(rawValue: 3), holder: holder, purpose: job == nil ? .work : .hold,
            reason: "boot loader", job: job, granted: start, expires: start.advanced(by: .seconds(7200)))
    }

    private func note(_ deed: String, _ caller: Caller) throws(Failure) -> Reservation {
        let refusal = memory.withLock { memory in
            memory.deeds.append(deed)
            memory.callers.append(caller)
            return memory.refusal
        }
        if let refusal { throw refusal }
        return Self.lease(caller.name)
    }

    func reservations() async throws(Failure) -> [Reservation] { memory.withLock { $0.leases } }
    func remaining(_ reservation: Reservation) async -> Duration { .seconds(3600) }

    func reserve(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> Reservation {
        memory.withLock { $0.wishes.append(wish) }
        return try note("reserve", caller)
    }

    func standInLine(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> LinePlace {
        memory.withLock { $0.wishes.append(wish) }
        _ = try note("stand", caller)
        let (offers, offer) = AsyncStream.makeStream(of: Void.self)
        offer.yield()
        return LinePlace(number: 1, offers: offers)
    }

    func take(_ place: LinePlace) async throws(Failure) -> Reservation? {
        memory.withLock { memory in
            memory.triesUntilOffer -= 1
            return memory.triesUntilOffer < 0 ? Self.lease() : nil
        }
    }

    func waitingReason(_ place: LinePlace) async throws(Failure) -> String { "job 7 holds it" }
    func leave(_ place: LinePlace) async { memory.withLock { $0.left += 1 } }

    func line() async -> [LineEntry] {
        memory.withLock { memory in memory.wishes.map { LineEntry(caller: "ann", wish: $0) } }
    }

    func extend(_ board: BoardName, by length: Duration, caller: Caller) async throws(Failure) -> Reservation {
        try note("extend \(board) \(length)", caller)
    }

    func release(_ board: BoardName, reason: String?, caller: Caller) async throws(Failure) -> Reservation {
        try note("release \(board) \(reason ?? "-")", caller)
    }

    func handOver(
        _ board: BoardName, to user: String, reason: String?, caller: Caller
    ) async throws(Failure) -> Reservation {
        try note("hand \(board) to \(user)", caller)
    }

    func kick(
        _ board: BoardName, reason: String, grace: Duration, caller: Caller
    ) async throws(Failure) -> Reservation {
        try note("kick \(board) \(grace): \(reason)", caller)
    }

    func keepAlive(_ board: BoardName, caller: Caller) async throws(Failure) -> Reservation {
        try note("alive \(board)", caller)
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, caller: Caller
    ) async throws(Failure) {
        _ = try note("health \(board) \(health.name): \(reason ?? "-")", caller)
    }

    func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry] {
        memory.withLock { memory in
            memory.deeds.append("log \(limit)")
            return memory.log.filter { kinds?.contains($0.kind) ?? true }
        }
    }
}
