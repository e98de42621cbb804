import GRDB
public import LabModel

extension SQLiteStore {
    public func submit(_ job: NewJob) async throws(Failure) -> JobID {
        let ids = try await submit(group: [job])
        guard let id = ids.first else { throw Failure(.bug, "a stored job has no number", at: "database") }
        return id
    }

    public func submit(group jobs: [NewJob]) async throws(Failure) -> [JobID] {
        try await submit(batch: [jobs]).first ?? []
    }

    public func submit(batch: [[NewJob]]) async throws(Failure) -> [[JobID]] {
        // Before the writing thread is held: a large plan takes longer than its rows.
        let texts: [[JobTexts]]
        do {
            texts = try batch.map { try $0.map { try JobTexts($0) } }
        } catch {
            throw databaseFailure(error)
        }
        return try await writer.write { context in
            try zip(batch, texts).map { try context.insert($0, $1) }
        }
    }

    public func job(_ id: JobID) async throws(Failure) -> JobRecord? {
        try await readers.read { try JobRecord.fetch(id, $0) }
    }

    public func jobs(_ query: JobQuery) async throws(Failure) -> [JobRecord] {
        let limit = min(max(query.limit, 0), 1000)
        let offset = max(query.offset, 0)
        return try await readers.read { db in
            let (condition, arguments) = query.condition
            return try Row.fetchAll(
                db, sql: "SELECT * FROM jobs WHERE \(condition) ORDER BY id DESC LIMIT ? OFFSET ?",
                arguments: arguments + [limit, offset]
            ).map { try JobRecord($0) }
        }
    }

    public func jobCount(_ query: JobQuery) async throws(Failure) -> Int {
        try await readers.read { db in
            let (condition, arguments) = query.condition
            return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM jobs WHERE \(condition)", arguments: arguments) ?? 0
        }
    }

    public func plan(of id: JobID) async throws(Failure) -> JobPlan? {
        try await readers.read { db in
            try String.fetchOne(
                try db.cachedStatement(sql: "SELECT plan FROM job_texts WHERE job = ?"), arguments: [id.rawValue]
            )
            .map { try JSONText.decode(JobPlan.self, from: $0) }
        }
    }

    public func definition(of id: JobID) async throws(Failure) -> String? {
        try await readers.read { db in
            try String.fetchOne(
                try db.cachedStatement(sql: "SELECT definition FROM job_texts WHERE job = ?"), arguments: [id.rawValue])
        }
    }

    public func queue() async throws(Failure) -> [JobRecord] {
        try await readers.read { db in
            try Row.fetchAll(
                try db.cachedStatement(sql: "SELECT * FROM jobs WHERE state = ? ORDER BY priority DESC, submitted, id"),
                arguments: [JobState.submitted.rawValue]
            ).map { try JobRecord($0) }
        }
    }

    public func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        try await writer.write { context in
            guard let job = try JobRecord.fetch(id, context.db) else { return nil }
            let failure = Failure(.canceled, "canceled by \(user)" + (reason.map { ": \($0)" } ?? ""))
            switch job.state {
            case .submitted:
                try context.endJob(id, JobOutcome(health: .canceled, failure: failure))
                return .finished
            case .scheduling, .scheduled, .running:
                // The failure is kept from here on: who asked and why is known only now.
                try context.change(
                    "UPDATE jobs SET state = ?, failure = ? WHERE id = ?",
                    [JobState.canceling.rawValue, try JSONText.encode(failure), id.rawValue])
                try context.emit(
                    .jobCanceling, job: id, board: job.board,
                    ["by": .string(user)].merging(reason.map { ["reason": .string($0)] } ?? [:]) { $1 })
                return .canceling
            case .canceling, .finished:
                return job.state
            }
        }
    }
}

/// What is stored of a job as text.
struct JobTexts: Sendable {
    let plan: String
    let tags: String

    init(_ job: NewJob) throws {
        plan = try JSONText.encode(job.plan)
        tags = try JSONText.encode(job.plan.tags)
    }
}

extension WriteContext {
    /// Stores a job, or jobs that run together.
    func insert(_ jobs: [NewJob], _ texts: [JobTexts]) throws -> [JobID] {
        var ids: [JobID] = []
        for (job, texts) in zip(jobs, texts) { ids.append(try insert(job, texts)) }
        guard jobs.count > 1 || jobs.contains(where: { $0.plan.role != nil }) else { return ids }
        for (place, (id, job)) in zip(ids, jobs).enumerated() {
            try change(
                "UPDATE jobs SET group_id = ?, group_role = ?, group_place = ?, group_size = ?, is_essential = ? WHERE id = ?",
                [
                    ids[0].rawValue, job.plan.role?.name ?? "", place, ids.count,
                    job.plan.role?.isEssential ?? false, id.rawValue,
                ])
        }
        return ids
    }

    private func insert(_ job: NewJob, _ texts: JobTexts) throws -> JobID {
        let plan = job.plan
        try change(
            """
            INSERT INTO jobs (name, submitter, device_type, requested_board, priority, tags, state, health,
                submitted, queued, queue_timeout, is_health_check, retries, hold_on_failure)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                plan.name, job.submitter, plan.deviceType?.rawValue, plan.board?.rawValue, plan.priority,
                texts.tags, JobState.submitted.rawValue, JobHealth.unknown.rawValue, now.nanoseconds, now.nanoseconds,
                plan.timeouts.queue?.nanoseconds, job.isHealthCheck, plan.retries, plan.holdOnFailure?.nanoseconds,
            ])
        let id = JobID(rawValue: db.lastInsertedRowID)
        try change(
            "INSERT INTO job_texts (job, plan, definition) VALUES (?, ?, ?)",
            [id.rawValue, texts.plan, job.definition])
        try noteBuild(of: id, metadata: plan.metadata)
        for need in plan.needs ?? [] {
            try change(
                "INSERT OR IGNORE INTO job_needs (job, needed, condition) VALUES (?, ?, ?)",
                [id.rawValue, need.job.rawValue, need.condition.rawValue])
        }
        try emit(.jobSubmitted, job: id, ["name": .string(plan.name), "priority": .integer(Int64(plan.priority))])
        return id
    }

    /// Ends a job for good, and with it those of its group that still wait. The caller knows that it is not finished yet.
    func endJob(_ id: JobID, board: BoardName? = nil, _ outcome: JobOutcome) throws {
        try endOne(id, board: board, outcome)
        try endWaitingSiblings(of: id)
    }

    /// Ends one job and nothing else.
    func endOne(_ id: JobID, board: BoardName? = nil, _ outcome: JobOutcome) throws {
        try change(
            "UPDATE jobs SET state = ?, health = ?, failure = ?, ended = ? WHERE id = ?",
            [
                JobState.finished.rawValue, outcome.health.rawValue,
                try outcome.failure.map { try JSONText.encode($0) },
                now.nanoseconds, id.rawValue,
            ])
        var data: [String: DataValue] = ["health": .string(outcome.health.name)]
        if let failure = outcome.failure {
            data["error_type"] = .string(failure.type.rawValue)
            data["error_msg"] = .string(failure.message)
        }
        try emit(.jobFinished, job: id, board: board, data)
    }
}
