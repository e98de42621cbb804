import LabModel
import Logging

extension Scheduler {
    /// Runs the lives of leases until `stop`, then waits until boards that are on the way to rest have arrived.
    func serveLeases() async {
        guard book != nil else { return }
        let wakes = desk.wakes
        desk.wakeUp.yield()
        await withDiscardingTaskGroup { alarms in
            // What has ended is concluded whole, also when labd stops meanwhile.
            await withDiscardingTaskGroup { endings in
                for await _ in wakes {
                    let (due, next) = await lookAtLeases()
                    for lease in due { endings.addTask { await self.conclude(lease) } }
                    if let next { setLeaseAlarm(at: next, in: &alarms) }
                }
            }
            alarms.cancelAll()
        }
    }

    /// Ends what ended while labd was away, and puts those boards to rest. Before anybody may ask for anything.
    public func settleLeases() async {
        for lease in await lookAtLeases().due { await conclude(lease) }
    }

    /// How long a store that failed is left alone.
    private static let storeRetry = Duration.seconds(2)

    /// - Returns: leases that have ended and are not concluded yet, and when to look again.
    private func lookAtLeases() async -> (due: [Reservation], next: WallTime?) {
        guard let book else { return ([], nil) }
        var due: [Reservation] = []
        do {
            let leases = try await book.reservations()
            let now = desk.now(clock)
            var moments: [WallTime] = []
            for life in desk.ledger.lives(of: leases, at: now) {
                if let ended = try await advance(life, at: now, in: book) { due.append(ended) }
                // A warning is followed by the end.
                let later = ReservationLife(lease: life.lease.warned, seen: life.seen)
                if let moment = life.next(after: now) ?? later.next(after: now) { moments.append(moment) }
            }
            due = due.filter { desk.concluding.insert($0.id).inserted }
            return (due, moments.min())
        } catch {
            logger.error("leases cannot be looked after", metadata: ["error": "\(error)"])
            due = due.filter { desk.concluding.insert($0.id).inserted }
            return (due, desk.now(clock).advanced(by: Self.storeRetry))
        }
    }

    /// - Returns: the lease when it has ended.
    private func advance(
        _ life: ReservationLife, at now: WallTime, in book: any LeaseBook
    ) async throws(Failure) -> Reservation? {
        let lease = life.lease
        switch life.step(at: now) {
        case nil: return nil
        case .conclude: return lease
        case .warn:
            if try await book.change(lease.id, .warn, by: "labd", reason: nil) != nil {
                logger.notice("a lease is about to expire", metadata: lease.metadata)
            }
            return nil
        case .end(let ending):
            let notice = ending == .kicked ? lease.notice : nil
            return try await book.change(
                lease.id, .end(ending), by: notice?.by ?? "labd", reason: notice?.reason)
        }
    }

    private func setLeaseAlarm(at time: WallTime, in group: inout DiscardingTaskGroup) {
        let now = desk.now(clock)
        guard desk.alarm.map({ time < $0 || $0 <= now }) ?? true else { return }
        desk.alarm = time
        let delay = time.duration(since: now)
        group.addTask { [clock] in
            try? await clock.sleep(for: delay)
            await self.wakeLeases()
        }
    }

    func wakeLeases() {
        desk.wakeUp.yield()
    }

    /// The end of a lease: whoever is at the board is stopped, the board goes to rest, and the queue gets it back. Until
    /// then the lease stands, so that a crash in between leaves no board without an owner.
    func conclude(_ lease: Reservation) async {
        defer { desk.concluding.remove(lease.id) }
        let board = lease.board
        // First: what he told the switch last may still be on its way.
        await takeFromHolder(board)
        let reason = "lease \(lease.id) of \(lease.holder) is over"
        let isKept = await isInMaintenance(board)
        guard isKept ? true : await putToRest(board, reason: reason) else {
            // The caller went away in the middle of it: somebody with more time does it again.
            letGo(board)
            return wakeLeases()
        }
        if let job = lease.job { await runner.letGo(of: job) }
        // Whoever ends the maintenance while the lease stands leaves the rest to its end.
        if isKept, !(await isInMaintenance(board)) { await putToRest(board, reason: reason) }
        do {
            try await pay(board)
            try await book?.free(lease.id)
            logger.notice(
                "a lease is over",
                metadata: lease.metadata.merging(["ending": "\(lease.ending?.rawValue ?? "")"]) { $1 })
        } catch {
            logger.error("a board cannot be freed", metadata: ["board": "\(board)", "error": "\(error)"])
            letGo(board)
            try? await clock.sleep(for: Self.storeRetry)
            return wakeLeases()
        }
        release(board)
    }

    /// Whether a board may have power and no holder.
    func isInMaintenance(_ board: BoardName) async -> Bool {
        (try? await store.boards().first { $0.name == board }?.health) == .maintenance
    }

    /// Stops what a person does to the board, waits until it has ended, and holds the board afterwards.
    private func takeFromHolder(_ board: BoardName) async {
        while state.holders[board] != nil {
            desk.commands[board]?.yield()
            await untilLetGo(board)
        }
        _ = state.hold(board)
    }

    /// Puts a board to rest that nobody has any more, by the journal.
    ///
    /// - Returns: false when the present task was cancelled meanwhile. A board that cannot be put to rest becomes Bad.
    @discardableResult
    func putToRest(_ name: BoardName, reason: String) async -> Bool {
        guard let board = boards.board(name) else {
            // An intent without its end: it is put to rest when it comes back.
            let intent = PowerIntent(
                board: name, target: .off, kind: .switch, job: nil, reason: "\(reason); the board is not there")
            let known = try? await store.unresolvedIntents().contains { $0.board == name }
            if known != true { _ = try? await store.begin(intent) }
            return true
        }
        let journaled = JournaledBoard(
            board, job: nil, reason: reason, facts: facts(of: board), journal: store, clock: clock, times: times,
            arrears: arrears)
        do {
            try await journaled.rest()
        } catch {
            if Task.isCancelled { return false }
            noteUnrested(name, error)
        }
        return true
    }
}

extension Reservation {
    var metadata: Logger.Metadata {
        ["lease": "\(id)", "board": "\(board)", "holder": "\(holder)"]
    }

    /// The same after its warning.
    fileprivate var warned: Reservation {
        var copy = self
        copy.isWarned = true
        return copy
    }
}
