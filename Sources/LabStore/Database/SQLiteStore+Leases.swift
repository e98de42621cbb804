import GRDB
public import LabModel

extension SQLiteStore {
    public func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        try await writer.write { context in
            guard
                try Int64.fetchOne(try context.db.cachedStatement(sql: "SELECT MAX(epoch) FROM epochs"))
                    == epoch.rawValue
            else {
                return allocations.map { _ in [] }
            }
            return try allocations.map { try context.lease($0, epoch: epoch) }
        }
    }

    public func start(_ lease: Lease) async throws(Failure) -> Bool {
        try await writer.write { context in
            guard try context.isPresent(lease) else { return false }
            let started = try context.change(
                "UPDATE jobs SET state = ?, started = ?, attempt = attempt + 1 WHERE id = ? AND state = ?",
                [
                    JobState.running.rawValue, context.now.nanoseconds, lease.job.rawValue, JobState.scheduled.rawValue,
                ])
            guard started else { return false }
            try context.change(
                "UPDATE boards SET state = ? WHERE name = ?", [BoardState.running.rawValue, lease.board.rawValue])
            let attempt = try JobRecord.fetch(lease.job, context.db)?.attempt ?? 0
            try context.emit(.jobRunning, job: lease.job, board: lease.board, ["attempt": .integer(Int64(attempt))])
            try context.emitState(.running, of: lease)
            return true
        }
    }

    public func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        try await writer.write { context in
            guard try context.isPresent(lease), let job = try JobRecord.fetch(lease.job, context.db) else { return }
            let ending = job.ending(outcome)
            try context.endJob(lease.job, board: lease.board, ending)
            try context.noteCheck(of: job, on: lease.board, ending.health)
            try context.release(lease)
        }
    }

    public func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure) {
        try await writer.write { try $0.putBack(lease, again: again, because: .labStopped, failure) }
    }

    public func recall(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await writer.write { try $0.putBack(lease, again: true, because: .groupRunsAgain, failure) }
    }

    public func retry(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await writer.write { try $0.putBack(lease, again: true, because: .labFailed, failure) }
    }

    public func leases() async throws(Failure) -> [Lease] {
        try await readers.read { db in
            try Row.fetchAll(try db.cachedStatement(sql: "SELECT * FROM leases WHERE job IS NOT NULL ORDER BY board"))
                .map { row in
                    Lease(
                        board: BoardName(rawValue: row["board"]), job: JobID(rawValue: row["job"]),
                        generation: LeaseGeneration(rawValue: row["generation"]), epoch: Epoch(rawValue: row["epoch"]))
                }
        }
    }
}

extension JobRecord {
    /// How this job ends when its run ended with `outcome`: one that is being canceled ends so in any case.
    fileprivate func ending(_ outcome: JobOutcome) -> JobOutcome {
        guard state == .canceling else { return outcome }
        return JobOutcome(health: .canceled, failure: failure ?? outcome.failure)
    }
}

/// What ended a run that its job did not end itself.
private enum Interruption {
    case labStopped, labFailed, groupRunsAgain
}

extension WriteContext {
    fileprivate func putBack(
        _ lease: Lease, again: Bool, because cause: Interruption, _ failure: Failure
    ) throws {
        guard try isPresent(lease), let job = try JobRecord.fetch(lease.job, db) else { return }
        let goesBack = try again && job.state != .canceling && !hasEndedSibling(job)
        try emit(
            .jobInterrupted, job: lease.job, board: lease.board,
            [
                "again": .bool(goesBack), "error_type": .string(failure.type.rawValue),
                "error_msg": .string(failure.message),
            ])
        if goesBack {
            let tried = cause == .labFailed ? job.tried + [lease.board] : job.tried
            let count = cause == .labStopped && job.state == .running ? 1 : 0
            try change(
                """
                UPDATE jobs SET state = ?, board = NULL, started = NULL, queued = ?, tried = ?,
                    interruptions = interruptions + ? WHERE id = ?
                """,
                [
                    JobState.submitted.rawValue, now.nanoseconds, try JSONText.encode(tried.map(\.rawValue)),
                    count, lease.job.rawValue,
                ])
            try alignRuns(of: job)
        } else {
            let ending = job.ending(JobOutcome(health: .incomplete, failure: failure))
            try endJob(lease.job, board: lease.board, ending)
            try noteCheck(of: job, on: lease.board, ending.health)
        }
        try release(lease)
    }

    /// A job ended on a board: a health check says what the board is worth, any other brings the next check nearer.
    func noteCheck(of job: JobRecord, on board: BoardName, _ outcome: JobHealth) throws {
        guard job.isHealthCheck else {
            try change("UPDATE boards SET jobs_since_check = jobs_since_check + 1 WHERE name = ?", [board.rawValue])
            return
        }
        try change(
            "UPDATE boards SET checked = ?, jobs_since_check = 0 WHERE name = ?", [now.nanoseconds, board.rawValue])
        guard let before = try BoardRecord.fetch(board, db)?.health else { return }
        let after = before.after(healthCheck: outcome)
        guard after != before else { return }
        let reason = "health check \(job.id) ended \(outcome.name)"
        try change(
            "UPDATE boards SET health = ?, health_reason = ? WHERE name = ?",
            [after.rawValue, after == .good ? nil : reason, board.rawValue])
        try log(
            BoardLogEntry(
                at: now, board: board, kind: .boardHealth, by: "labd", reason: reason, job: job.id, health: after))
        try emit(
            .boardHealth, job: job.id, board: board,
            ["health": .string(after.name), "by": "labd", "reason": .string(reason)])
    }

    /// All places or, when one is not to be had, none.
    fileprivate func lease(_ allocation: Allocation, epoch: Epoch) throws -> [Lease] {
        if let place = allocation.places.first, allocation.places.count == 1 {
            return try lease(place, epoch: epoch).map { [$0] } ?? []
        }
        var leases: [Lease] = []
        try db.inSavepoint {
            for place in allocation.places {
                guard let lease = try lease(place, epoch: epoch) else {
                    leases = []
                    return .rollback
                }
                leases.append(lease)
            }
            return .commit
        }
        return leases
    }

    private func lease(_ place: Allocation.Place, epoch: Epoch) throws -> Lease? {
        let job = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT state, is_health_check FROM jobs WHERE id = ?"),
            arguments: [place.job.rawValue])
        guard let job, job["state"] == JobState.submitted.rawValue,
            let generation = try reserve(place.board, forCheck: job["is_health_check"])
        else { return nil }
        let lease = Lease(board: place.board, job: place.job, generation: generation, epoch: epoch)
        try change(
            "INSERT INTO leases (board, job, generation, epoch, granted) VALUES (?, ?, ?, ?, ?)",
            [
                place.board.rawValue, place.job.rawValue, lease.generation.rawValue, epoch.rawValue, now.nanoseconds,
            ])
        try change(
            "UPDATE jobs SET state = ?, board = ? WHERE id = ?",
            [JobState.scheduled.rawValue, place.board.rawValue, place.job.rawValue])
        try emit(.jobScheduled, job: place.job, board: place.board, ["board": .string(place.board.rawValue)])
        try emitState(.reserved, of: lease)
        return lease
    }

    /// Takes an idle board whose health lets it have the job, and raises its generation.
    ///
    /// - Returns: the generation; nil when the board is not to be had.
    fileprivate func reserve(_ board: BoardName, forCheck: Bool) throws -> LeaseGeneration? {
        let healths = BoardHealth.allCases.filter { $0.acceptsJobs || (forCheck && $0 == .looping) }
        let list = healths.map { String($0.rawValue) }.joined(separator: ", ")
        let generation = try Int64.fetchOne(
            try db.cachedStatement(
                sql: """
                    UPDATE boards SET state = ?, generation = generation + 1
                    WHERE name = ? AND is_present = 1 AND state = ? AND health IN (\(list))
                        AND name NOT IN (SELECT board FROM leases)
                    RETURNING generation
                    """),
            arguments: [BoardState.reserved.rawValue, board.rawValue, BoardState.idle.rawValue])
        return generation.map(LeaseGeneration.init(rawValue:))
    }

    func isPresent(_ lease: Lease) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT TRUE FROM leases WHERE board = ? AND job = ? AND generation = ?"),
            arguments: [lease.board.rawValue, lease.job.rawValue, lease.generation.rawValue]) ?? false
    }

    fileprivate func release(_ lease: Lease) throws {
        try change("DELETE FROM leases WHERE board = ?", [lease.board.rawValue])
        try change("UPDATE boards SET state = ? WHERE name = ?", [BoardState.idle.rawValue, lease.board.rawValue])
        try emitState(.idle, of: lease)
    }

    fileprivate func emitState(_ state: BoardState, of lease: Lease) throws {
        try emit(.boardState, job: lease.job, board: lease.board, ["state": .string(state.name)])
    }
}
