import GRDB
public import LabModel

extension SQLiteStore: LeaseBook {
    public func isPresent(_ generation: LeaseGeneration, of board: BoardName) async throws(Failure) -> Bool {
        try await readers.read { db in
            try Bool.fetchOne(
                try db.cachedStatement(
                    sql: "SELECT TRUE FROM leases WHERE board = ? AND generation = ? AND ending IS NULL"),
                arguments: [board.rawValue, generation.rawValue]) ?? false
        }
    }

    public func reservations() async throws(Failure) -> [Reservation] {
        try await readers.read { db in
            try Row.fetchAll(try db.cachedStatement(sql: "SELECT * FROM leases WHERE id IS NOT NULL ORDER BY board"))
                .map { try Reservation($0) }
        }
    }

    public func reserve(_ wish: NewReservation, epoch: Epoch) async throws(Failure) -> Reservation? {
        try await writer.write { context in
            guard
                try Int64.fetchOne(try context.db.cachedStatement(sql: "SELECT MAX(epoch) FROM epochs"))
                    == epoch.rawValue
            else {
                return nil
            }
            let taken = try context.change(
                """
                UPDATE boards SET state = ? WHERE name = ? AND is_present = 1 AND state = ? AND health <> ?
                    AND name NOT IN (SELECT board FROM leases)
                """,
                [
                    BoardState.reserved.rawValue, wish.board.rawValue, BoardState.idle.rawValue,
                    BoardHealth.retired.rawValue,
                ])
            guard taken else { return nil }
            let reservation = try context.begin(wish, by: wish.holder, epoch: epoch)
            try context.emitState(.reserved, of: wish.board)
            return reservation
        }
    }

    public func change(
        _ lease: LeaseID, _ change: ReservationChange, by user: String, reason: String?
    ) async throws(Failure) -> Reservation? {
        try await writer.write { context in
            guard let before = try context.reservation(lease), before.ending == nil else { return nil }
            return try context.apply(change, to: before, by: user, reason: reason)
        }
    }

    public func free(_ lease: LeaseID) async throws(Failure) {
        try await writer.write { context in
            guard let reservation = try context.reservation(lease) else { return }
            try context.change("DELETE FROM leases WHERE id = ?", [lease.rawValue])
            try context.change(
                "UPDATE boards SET state = ? WHERE name = ?",
                [BoardState.idle.rawValue, reservation.board.rawValue])
            try context.emitState(.idle, of: reservation.board)
        }
    }

    public func finish(
        _ lease: Lease, _ outcome: JobOutcome, keepingFor wish: NewReservation
    ) async throws(Failure) -> Reservation? {
        try await writer.write { context in
            guard try context.isPresent(lease), let job = try JobRecord.fetch(lease.job, context.db),
                job.state != .canceling
            else { return nil }
            try context.endJob(lease.job, board: lease.board, outcome)
            try context.noteCheck(of: job, on: lease.board, outcome.health)
            try context.change("DELETE FROM leases WHERE board = ?", [lease.board.rawValue])
            let reservation = try context.begin(wish, by: "labd", epoch: lease.epoch)
            try context.change(
                "UPDATE boards SET state = ? WHERE name = ?", [BoardState.reserved.rawValue, lease.board.rawValue])
            try context.emitState(.reserved, of: lease.board)
            return reservation
        }
    }

    public func boardLog(
        of board: BoardName, kinds: Set<LabEvent.Kind>?, limit: Int
    ) async throws(Failure) -> [BoardLogEntry] {
        let limit = min(max(limit, 1), 1000)
        return try await readers.read { db in
            let names = (kinds ?? Set(LabEvent.Kind.allCases)).map(\.rawValue)
            let marks = names.map { _ in "?" }.joined(separator: ", ")
            let arguments = StatementArguments([board.rawValue] + names) + [limit]
            return try Row.fetchAll(
                db, sql: "SELECT * FROM board_log WHERE board = ? AND kind IN (\(marks)) ORDER BY entry DESC LIMIT ?",
                arguments: arguments
            ).map { try BoardLogEntry($0) }
        }
    }
}

extension Reservation {
    /// - Parameter prefix: of those columns that boards have as well.
    init(_ row: Row, _ prefix: String = "") throws {
        self.init(
            id: LeaseID(rawValue: row[prefix + "id"]), board: BoardName(rawValue: row[prefix + "board"]),
            generation: LeaseGeneration(rawValue: row[prefix + "generation"]), holder: row["holder"],
            purpose: try known(row["purpose"], "purpose of a lease"), reason: row[prefix + "reason"],
            job: (row["kept_job"] as Int64?).map(JobID.init(rawValue:)),
            granted: WallTime(nanoseconds: row["granted"]), expires: WallTime(nanoseconds: row["expires"]),
            keepAlive: (row["keep_alive"] as Int64?).map { .nanoseconds($0) }, isWarned: row["is_warned"],
            notice: try (row["notice"] as String?).map { try JSONText.decode(Notice.self, from: $0) },
            ending: try (row["ending"] as String?).map { try known($0, "end of a lease") })
    }
}

extension BoardLogEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            at: WallTime(nanoseconds: row["at"]), board: BoardName(rawValue: row["board"]),
            kind: try known(row["kind"], "kind of a board's log"), by: row["by_whom"], reason: row["reason"],
            lease: (row["lease"] as Int64?).map(LeaseID.init(rawValue:)), holder: row["holder"],
            expires: (row["expires"] as Int64?).map(WallTime.init(nanoseconds:)),
            ending: try (row["ending"] as String?).map { try known($0, "end of a lease") },
            job: (row["job"] as Int64?).map(JobID.init(rawValue:)),
            health: try (row["health"] as Int?).map { try known($0, "board health") })
    }
}

extension WriteContext {
    fileprivate func reservation(_ id: LeaseID) throws -> Reservation? {
        try Row.fetchOne(try db.cachedStatement(sql: "SELECT * FROM leases WHERE id = ?"), arguments: [id.rawValue])
            .map { try Reservation($0) }
    }

    /// Begins a lease on a board that has none now, under a new generation.
    fileprivate func begin(_ wish: NewReservation, by user: String, epoch: Epoch) throws -> Reservation {
        try change("UPDATE boards SET generation = generation + 1 WHERE name = ?", [wish.board.rawValue])
        let generation = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT generation FROM boards WHERE name = ?"),
            arguments: [wish.board.rawValue])
        try log(
            BoardLogEntry(
                at: now, board: wish.board, kind: .leaseBegan, by: user, reason: wish.reason, holder: wish.holder,
                expires: wish.expires, job: wish.job))
        let id = LeaseID(rawValue: db.lastInsertedRowID)
        try change("UPDATE board_log SET lease = entry WHERE entry = ?", [id.rawValue])
        let reservation = Reservation(
            id: id, board: wish.board, generation: LeaseGeneration(rawValue: generation ?? 0), holder: wish.holder,
            purpose: wish.purpose, reason: wish.reason, job: wish.job, granted: wish.granted, expires: wish.expires,
            keepAlive: wish.keepAlive)
        try change(
            """
            INSERT INTO leases (board, generation, epoch, granted, id, holder, purpose, reason, kept_job, expires,
                keep_alive)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                wish.board.rawValue, generation, epoch.rawValue, wish.granted.nanoseconds, id.rawValue, wish.holder,
                wish.purpose.rawValue, wish.reason, wish.job?.rawValue, wish.expires.nanoseconds,
                wish.keepAlive?.nanoseconds,
            ])
        try emit(.leaseBegan, job: wish.job, board: wish.board, reservation.eventData(by: user, reason: wish.reason))
        return reservation
    }

    fileprivate func apply(
        _ change: ReservationChange, to before: Reservation, by user: String, reason: String?
    ) throws -> Reservation {
        var after = before
        let kind: LabEvent.Kind
        switch change {
        case .extend(let time):
            (after.expires, after.isWarned, kind) = (time, false, .leaseExtended)
        case .warn:
            (after.isWarned, kind) = (true, .leaseWarning)
        case .notice(let notice):
            (after.notice, kind) = (notice, .leaseNotice)
        case .end(let ending):
            (after.ending, kind) = (ending, .leaseEnded)
        case .handOver(let heir):
            return try handOver(before, to: heir, by: user, reason: reason)
        }
        try self.change(
            "UPDATE leases SET expires = ?, is_warned = ?, notice = ?, ending = ? WHERE id = ?",
            [
                after.expires.nanoseconds, after.isWarned, try after.notice.map { try JSONText.encode($0) },
                after.ending?.rawValue, before.id.rawValue,
            ])
        try record(kind, after, by: user, reason: reason)
        return after
    }

    /// The board never is without a lease meanwhile.
    private func handOver(
        _ before: Reservation, to heir: String, by user: String, reason: String?
    ) throws -> Reservation {
        // Here and not before the transaction: a kick may have come in between.
        if let refusal = before.refusal(toHandOverTo: heir) { throw refusal }
        var ended = before
        ended.ending = .handedOver
        try record(.leaseHandedOver, ended, by: user, reason: reason, heir: heir)
        let epoch = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT epoch FROM leases WHERE id = ?"), arguments: [before.id.rawValue])
        try change("DELETE FROM leases WHERE id = ?", [before.id.rawValue])
        let wish = NewReservation(
            board: before.board, holder: heir, purpose: before.purpose, reason: reason ?? before.reason,
            job: before.job, granted: now, expires: before.expires)
        return try begin(wish, by: user, epoch: Epoch(rawValue: epoch ?? 0))
    }

    private func record(
        _ kind: LabEvent.Kind, _ reservation: Reservation, by user: String, reason: String?, heir: String? = nil
    ) throws {
        try log(
            BoardLogEntry(
                at: now, board: reservation.board, kind: kind, by: user, reason: reason, lease: reservation.id,
                holder: heir ?? reservation.holder, expires: reservation.ends, ending: reservation.ending,
                job: reservation.job))
        var data = reservation.eventData(by: user, reason: reason)
        data["heir"] = heir.map(DataValue.string)
        try emit(kind, job: reservation.job, board: reservation.board, data)
    }

    /// Adds a line to a board's log.
    func log(_ entry: BoardLogEntry) throws {
        try change(
            """
            INSERT INTO board_log (at, board, kind, by_whom, reason, lease, holder, expires, ending, job, health)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.at.nanoseconds, entry.board.rawValue, entry.kind.rawValue, entry.by, entry.reason,
                entry.lease?.rawValue, entry.holder, entry.expires?.nanoseconds, entry.ending?.rawValue,
                entry.job?.rawValue, entry.health?.rawValue,
            ])
    }

    fileprivate func emitState(_ state: BoardState, of board: BoardName) throws {
        try emit(.boardState, board: board, ["state": .string(state.name)])
    }
}

extension Reservation {
    /// The `data` of its events: lease, holder, by, reason, purpose, expires, ending.
    fileprivate func eventData(by user: String, reason: String?) -> [String: DataValue] {
        var data: [String: DataValue] = [
            "lease": .integer(id.rawValue), "holder": .string(holder), "by": .string(user),
            "purpose": .string(purpose.rawValue), "expires": .string(ends.iso8601),
        ]
        data["reason"] = reason.map(DataValue.string)
        data["ending"] = (ending?.rawValue).map(DataValue.string)
        return data
    }
}
