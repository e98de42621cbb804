import GRDB
public import LabModel

extension SQLiteStore {
    public func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        try await writer.write { context in
            guard try Int64.fetchOne(context.db, sql: "SELECT MAX(epoch) FROM epochs") == epoch.rawValue else {
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
            try context.endJob(lease.job, board: lease.board, job.ending(outcome))
            try context.release(lease)
        }
    }

    public func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure) {
        try await writer.write { context in
            guard try context.isPresent(lease), let job = try JobRecord.fetch(lease.job, context.db) else { return }
            let goesBack = again && job.state != .canceling
            try context.emit(
                .jobInterrupted, job: lease.job, board: lease.board,
                [
                    "again": .bool(goesBack), "error_type": .string(failure.type.rawValue),
                    "error_msg": .string(failure.message),
                ])
            if goesBack {
                try context.change(
                    "UPDATE jobs SET state = ?, board = NULL, started = NULL, queued = ? WHERE id = ?",
                    [JobState.submitted.rawValue, context.now.nanoseconds, lease.job.rawValue])
            } else {
                let outcome = job.ending(JobOutcome(health: .incomplete, failure: failure))
                try context.endJob(lease.job, board: lease.board, outcome)
            }
            try context.release(lease)
        }
    }

    public func leases() async throws(Failure) -> [Lease] {
        try await readers.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM leases ORDER BY board").map { row in
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

extension WriteContext {
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
        let state = try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT state FROM jobs WHERE id = ?"), arguments: [place.job.rawValue])
        guard state == JobState.submitted.rawValue, try reserve(place.board) else { return nil }
        let generation = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT generation FROM boards WHERE name = ?"),
            arguments: [place.board.rawValue])
        let lease = Lease(
            board: place.board, job: place.job, generation: LeaseGeneration(rawValue: generation ?? 0), epoch: epoch)
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

    /// Takes an idle board that accepts jobs, and raises its generation.
    fileprivate func reserve(_ board: BoardName) throws -> Bool {
        let healths = BoardHealth.allCases.filter(\.acceptsJobs).map { String($0.rawValue) }.joined(separator: ", ")
        return try change(
            """
            UPDATE boards SET state = ?, generation = generation + 1
            WHERE name = ? AND is_present = 1 AND state = ? AND health IN (\(healths))
                AND name NOT IN (SELECT board FROM leases)
            """,
            [BoardState.reserved.rawValue, board.rawValue, BoardState.idle.rawValue])
    }

    fileprivate func isPresent(_ lease: Lease) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT TRUE FROM leases WHERE board = ? AND job = ? AND generation = ?",
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
