public import LabModel
import Logging

extension Scheduler: LeaseControl {
    public func reservations() async throws(Failure) -> [Reservation] {
        try await lender().reservations()
    }

    public func remaining(_ reservation: Reservation) async -> Duration {
        max(.zero, reservation.ends.duration(since: desk.now(clock)))
    }

    public func reserve(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> Reservation {
        let suitable = try await candidates(wish, by: caller)
        for record in suitable where record.state == .idle {
            if let reservation = try await grant(record.name, wish, to: caller) { return reservation }
        }
        throw Failure(
            .job, try await busyText(wish), at: wish.board?.rawValue,
            advice: suitable.count == 1
                ? busy(suitable[0]).advice : "add --wait to stand in line for one, ahead of all waiting jobs")
    }

    // MARK: - The line

    public func standInLine(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> LinePlace {
        _ = try await candidates(wish, by: caller)
        guard let place = desk.line.stand(wish, by: caller) else {
            throw Failure(.infrastructure, "\(ReservationLine.limit) people wait for boards already")
        }
        return place
    }

    public func take(_ place: LinePlace) async throws(Failure) -> Reservation? {
        guard let waiter = desk.line[place] else { return nil }
        if let board = desk.line.takeOffer(place) {
            let record = try? await lendable().first { $0.name == board }
            if let record, waiter.wish.suits(record),
                let reservation = try await grant(board, waiter.wish, to: waiter.caller, isKept: true)
            {
                return reservation
            }
            letGo(board)
            wake()
        }
        for record in try await candidates(waiter.wish, by: waiter.caller) where record.state == .idle {
            if let reservation = try await grant(record.name, waiter.wish, to: waiter.caller) { return reservation }
        }
        return nil
    }

    public func waitingReason(_ place: LinePlace) async throws(Failure) -> String {
        guard let waiter = desk.line[place] else { return "it does not wait" }
        let ahead = desk.line.waiters.prefix { $0.number != place.number }.count { $0.wish.board == waiter.wish.board }
        let line = ahead == 0 ? "" : "; \(ahead) \(ahead == 1 ? "person is" : "people are") ahead in the line"
        return try await busyText(waiter.wish) + line
    }

    public func leave(_ place: LinePlace) async {
        if let board = desk.line.leave(place) { release(board) }
    }

    public func line() async -> [LineEntry] {
        desk.line.waiters.map { LineEntry(caller: $0.caller, wish: $0.wish) }
    }

    // MARK: - While a lease stands

    public func extend(_ board: BoardName, by length: Duration, caller: Caller) async throws(Failure) -> Reservation {
        let lease = try await own(board, caller)
        if let refusal = lease.refusalToExtend { throw refusal }
        let now = desk.now(clock)
        let time = lease.expires.advanced(by: length)
        let most = ReservationWish.lengths.upperBound
        guard length >= ReservationWish.lengths.lowerBound, time.duration(since: now) <= most else {
            throw Failure(.job, "a lease ends within \(most.days) days from now at most", at: board.rawValue)
        }
        desk.ledger.sign(lease.id, at: now)
        return try await changed(lease, .extend(until: time), by: caller, reason: nil)
    }

    public func release(_ board: BoardName, reason: String?, caller: Caller) async throws(Failure) -> Reservation {
        try await end(try await own(board, caller), as: .released, by: caller, reason: reason)
    }

    public func handOver(
        _ board: BoardName, to user: String, reason: String?, caller: Caller
    ) async throws(Failure) -> Reservation {
        let lease = try await own(board, caller)
        guard user != lease.holder else { throw Failure(.job, "\(user) holds the board \(board) already") }
        let after = try await changed(lease, .handOver(to: user), by: caller, reason: reason)
        // What the one before still does to the board ends with his lease.
        desk.commands[board]?.yield()
        return after
    }

    public func kick(
        _ board: BoardName, reason: String, grace: Duration, caller: Caller
    ) async throws(Failure) -> Reservation {
        let lease = try await present(board)
        logger.notice(
            "a board is taken back",
            metadata: lease.metadata.merging(["by": "\(caller)", "reason": "\(reason)"]) { $1 })
        guard grace > .zero else { return try await end(lease, as: .kicked, by: caller, reason: reason) }
        // A second kick does not give more time than the first.
        let ends = min(desk.now(clock).advanced(by: grace), lease.ends)
        let notice = Reservation.Notice(by: caller.name, reason: reason, ends: ends)
        return try await changed(lease, .notice(notice), by: caller, reason: reason)
    }

    public func keepAlive(_ board: BoardName, caller: Caller) async throws(Failure) -> Reservation {
        let lease = try await own(board, caller)
        desk.ledger.sign(lease.id, at: desk.now(clock))
        wakeLeases()
        return lease
    }

    // MARK: - Health

    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, caller: Caller
    ) async throws(Failure) {
        defer { wake() }
        let before = try await record(board)
        let isFree = !state.isStopping && before?.reservation == nil && before?.state == .idle
        // Only in maintenance a board may have power and no holder: it is put to rest before it is anything else, and
        // nobody switches it meanwhile.
        let endsMaintenance = isFree && before?.health == .maintenance && health != .maintenance
        // One that may be used from now on is kept until that is stored: people in line go before the queue, which sees
        // it at once.
        guard isFree, endsMaintenance || health.acceptsJobs, state.hold(board) else {
            if endsMaintenance { throw busy(board) }
            return try await lender().setHealth(health, of: board, reason: reason, by: caller.name)
        }
        defer { release(board) }
        if endsMaintenance { try await endMaintenance(of: board, as: health) }
        try await lender().setHealth(health, of: board, reason: reason, by: caller.name)
    }

    /// Puts a board to rest that the caller keeps.
    ///
    /// - Throws: `infrastructure` when it has become Bad by that: nobody's word makes it better than its switch.
    private func endMaintenance(of board: BoardName, as health: BoardHealth) async throws(Failure) {
        // Somebody may have become its holder since it was looked at.
        guard let before = try await record(board), before.reservation == nil, before.power != .off else { return }
        await putToRest(board, reason: "its maintenance is over")
        try await pay(board)
        guard health.acceptsJobs, let now = try await record(board), now.health == .bad else { return }
        throw Failure(
            .infrastructure, "the board \(board) is Bad: \(now.healthReason ?? "")", at: board.rawValue,
            advice: "mend its power, then `lablctl board qualify \(board)`")
    }

    public func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry] {
        try await lender().boardLog(of: board, kinds: kinds, limit: limit)
    }

    // MARK: - Parts of it

    private func lender() throws(Failure) -> any LeaseBook {
        guard let book else { throw Failure(.configuration, "this lab lends no boards") }
        return book
    }

    func record(_ board: BoardName) async throws(Failure) -> BoardRecord? {
        try await store.boards().first { $0.name == board }
    }

    /// The boards that are there, as people and the queue see them.
    private func lendable() async throws(Failure) -> [BoardRecord] {
        try await store.boards().compactMap { record in
            let standing = boards.standing(record.name)
            guard boards.board(record.name) != nil, standing.pending == nil, standing.fault == nil else { return nil }
            return record.regarding(standing)
        }
    }

    /// The boards that are what is wanted, those with the fewest tags that it has no use for first.
    ///
    /// - Throws: `job` when there is none, or the caller has it already.
    private func candidates(_ wish: ReservationWish, by caller: Caller) async throws(Failure) -> [BoardRecord] {
        try check(wish)
        let all = try await lendable()
        let suitable = all.filter(wish.suits)
        guard !suitable.isEmpty else { throw missing(wish, among: all) }
        if let name = wish.board, let own = suitable.first(where: { $0.name == name })?.reservation,
            own.holder == caller.name, own.ending == nil
        {
            throw Failure(
                .job,
                "the board \(name) is not free: you hold it already, until \(own.ends.minute) UTC (lease \(own.id))",
                at: name.rawValue, advice: "`lablctl extend \(name) --for 1h` makes that longer")
        }
        return suitable.enumerated().sorted { ($0.element.tags.count, $0.offset) < ($1.element.tags.count, $1.offset) }
            .map(\.element)
    }

    private func check(_ wish: ReservationWish) throws(Failure) {
        guard ReservationWish.lengths.contains(wish.length) else {
            throw Failure(.job, "a lease is 1 s to \(ReservationWish.lengths.upperBound.days) days long")
        }
        if let keepAlive = wish.keepAlive, !ReservationWish.keepAlives.contains(keepAlive) {
            throw Failure(.job, "a keep-alive is 5 s to 1 day long")
        }
    }

    private func missing(_ wish: ReservationWish, among records: [BoardRecord]) -> Failure {
        let tags = wish.tags.isEmpty ? "" : " with the tags \(wish.tags.joined(separator: ", "))"
        guard let name = wish.board else {
            let type = wish.type.map { " of type \($0)" } ?? ""
            return Failure(
                .job, "no board\(type)\(tags) is there that takes jobs", advice: "`lablctl boards` lists them")
        }
        guard let record = records.first(where: { $0.name == name }) else {
            guard boards.names.contains(name) else { return Failure(.job, "there is no board named \(name)") }
            return absent(name)
        }
        return record.health == .retired
            ? Failure(.job, "the board \(name) is Retired", at: name.rawValue)
            : Failure(.job, "the board \(name) has not\(tags)", at: name.rawValue)
    }

    /// - Parameter isKept: whether this process keeps the board for the caller already.
    /// - Returns: nil when somebody else was faster.
    private func grant(
        _ board: BoardName, _ wish: ReservationWish, to caller: Caller, isKept: Bool = false
    ) async throws(Failure) -> Reservation? {
        guard isKept || state.hold(board) else { return nil }
        defer { letGo(board) }
        let now = desk.now(clock)
        let lease = NewReservation(
            board: board, holder: caller.name, reason: wish.reason, granted: now,
            expires: now.advanced(by: wish.length), keepAlive: wish.keepAlive)
        guard let reservation = try await lender().reserve(lease, epoch: epoch) else { return nil }
        logger.notice("a lease begins", metadata: reservation.metadata)
        desk.ledger.sign(reservation.id, at: desk.now(clock))
        wakeLeases()
        return reservation
    }

    /// Why nothing that `wish` asks for is to be had now.
    private func busyText(_ wish: ReservationWish) async throws(Failure) -> String {
        let suitable = try await lendable().filter(wish.suits)
        guard suitable.count != 1 else { return busy(suitable[0]).message }
        guard !suitable.isEmpty else { return missing(wish, among: try await lendable()).message }
        let ends = suitable.compactMap(\.reservation?.ends).min()
        let next = ends.map { "; the first lease ends at \($0.minute) UTC" } ?? ""
        let type = wish.type.map { "boards of type \($0)" } ?? "boards"
        return "none of the \(suitable.count) \(type) is free" + next
    }

    /// The lease of a board that stands.
    ///
    /// - Throws: `job` when nobody holds the board.
    private func present(_ board: BoardName) async throws(Failure) -> Reservation {
        guard let record = try await record(board) else { throw Failure(.job, "there is no board named \(board)") }
        if let lease = record.reservation { return lease }
        if let job = record.currentJob {
            throw Failure(
                .job, "the board \(board) is not free: job \(job) holds it, not a person", at: board.rawValue,
                advice: "`lablctl cancel \(job)` ends the job")
        }
        throw Failure(
            .job, "nobody holds the board \(board)", at: board.rawValue,
            advice: "`lablctl leases --history \(board)` tells what became of a lease")
    }

    /// The caller's own lease of a board.
    private func own(_ board: BoardName, _ caller: Caller) async throws(Failure) -> Reservation {
        let lease = try await present(board)
        guard lease.admits(caller) else { throw lease.refusal(to: caller) }
        return lease
    }

    /// Changes a lease, if it is still what it was when it was looked at.
    private func changed(
        _ lease: Reservation, _ change: ReservationChange, by caller: Caller, reason: String?
    ) async throws(Failure) -> Reservation {
        guard let after = try await lender().change(lease.id, change, by: caller.name, reason: reason) else {
            throw Failure(
                .job, "lease \(lease.id) of the board \(lease.board) has just ended", at: lease.board.rawValue,
                advice: "`lablctl leases --history \(lease.board)` tells how")
        }
        wakeLeases()
        return after
    }

    /// Ends a lease at once; returns when the board is at rest and free.
    func end(
        _ lease: Reservation, as ending: Reservation.Ending, by caller: Caller, reason: String?
    ) async throws(Failure) -> Reservation {
        // Before it has ended in the store, so that nobody else concludes it meanwhile.
        let isOurs = desk.concluding.insert(lease.id).inserted
        do {
            let ended = try await changed(lease, .end(ending), by: caller, reason: reason)
            if isOurs { await conclude(ended) }
            return ended
        } catch {
            if isOurs { desk.concluding.remove(lease.id) }
            throw error
        }
    }
}

extension Duration {
    /// Whole days.
    fileprivate var days: Int64 { components.seconds / 86_400 }
}
