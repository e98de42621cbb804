import GRDB
public import LabModel

extension SQLiteStore: RetentionBook {
    public func expired(
        _ subject: RetentionSubject, before moment: WallTime, keepLast: Int, after: JobID, limit: Int
    ) async throws(Failure) -> RetentionPage {
        let limit = Self.page(limit)
        return try await readers.read { db in
            let left = subject == .logs ? "log_removed IS NULL AND ended IS NOT NULL" : "condemned IS NULL"
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, submitted, ended IS NOT NULL AND ended < ? AND \(Self.isFree(keepLast)) AS is_free
                    FROM jobs WHERE \(left) AND id > ? ORDER BY id LIMIT ?
                    """, arguments: [moment.nanoseconds, after.rawValue, limit])
            let jobs = rows.filter { $0["is_free"] }.map { JobID(rawValue: $0["id"]) }
            // Numbers grow with time: behind a page of young jobs there are younger ones. One job alone may have been
            // submitted while the host's clock was wrong.
            let isYoung = rows.allSatisfy { ($0["submitted"] as Int64) >= moment.nanoseconds }
            guard rows.count == limit, !isYoung, let last = rows.last else {
                return RetentionPage(jobs: jobs, next: nil)
            }
            return RetentionPage(jobs: jobs, next: JobID(rawValue: last["id"]))
        }
    }

    public func free(
        among jobs: [JobID], before moment: WallTime, keepLast: Int
    ) async throws(Failure) -> [JobID] {
        try await readers.read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM jobs WHERE id IN (\(Self.list(jobs))) AND ended IS NOT NULL AND ended < ?
                        AND condemned IS NULL AND \(Self.isFree(keepLast))
                    """, arguments: [moment.nanoseconds]
            ).map(JobID.init(rawValue:))
        }
    }

    public func withoutLog(among jobs: [JobID]) async throws(Failure) -> [JobID] {
        try await readers.read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM jobs WHERE id IN (\(Self.list(jobs)))
                        AND (log_removed IS NOT NULL OR condemned IS NOT NULL)
                    """
            ).map(JobID.init(rawValue:))
        }
    }

    public func forgetLogs(of jobs: [JobID], keepLast: Int) async throws(Failure) -> [JobID] {
        try await mark(jobs, "log_removed", keepLast)
    }

    public func condemn(_ jobs: [JobID], keepLast: Int) async throws(Failure) -> [JobID] {
        try await mark(jobs, "condemned", keepLast)
    }

    private func mark(_ jobs: [JobID], _ column: String, _ keepLast: Int) async throws(Failure) -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        // Plans of a long queue are read beside the writer: behind it remain those that came since.
        let (newest, used) = try await readers.read { db in
            (
                try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM jobs") ?? 0,
                try Self.wantedRecordings(db, by: [], after: 0)
            )
        }
        return try await writer.write { (context) -> [JobID] in
            let late = try Self.wantedRecordings(context.db, by: [], after: newest)
            let going = jobs.filter { !used.contains($0) && !late.contains($0) }
            // Asked again where it is written: somebody may have pinned one since it was looked for.
            return try Int64.fetchAll(
                context.db,
                sql: """
                    UPDATE jobs SET \(column) = ? WHERE id IN (\(Self.list(going))) AND \(column) IS NULL
                        AND condemned IS NULL AND \(Self.isFree(keepLast)) RETURNING id
                    """, arguments: [context.now.nanoseconds]
            ).map(JobID.init(rawValue:))
        }
    }

    public func condemned(limit: Int) async throws(Failure) -> [JobID] {
        try await readers.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT id FROM jobs WHERE condemned IS NOT NULL ORDER BY id LIMIT ?",
                arguments: [Self.page(limit)]
            ).map(JobID.init(rawValue:))
        }
    }

    public func remove(_ job: JobID, limit: Int) async throws(Failure) -> Bool {
        let limit = Self.page(limit)
        return try await writer.write { context in
            let isCondemned = try Bool.fetchOne(
                context.db, sql: "SELECT condemned IS NOT NULL FROM jobs WHERE id = ?", arguments: [job.rawValue])
            guard let isCondemned else { return true }
            guard isCondemned else { throw Failure(.bug, "job \(job) is not to be removed", at: "retention") }
            var room = limit
            // Newest first: what stands for several events goes with the last of them.
            for (table, key) in [("events", "sequence"), ("results", "id"), ("power_cuts", "id")] where room > 0 {
                let rows = try Int64.fetchAll(
                    context.db, sql: "SELECT \(key) FROM \(table) WHERE job = ? ORDER BY \(key) DESC LIMIT ?",
                    arguments: [job.rawValue, room])
                try context.delete(rows, from: table, key)
                room -= rows.count
            }
            guard room > 0 else { return false }
            try context.change("DELETE FROM jobs WHERE id = ?", [job.rawValue])
            return true
        }
    }

    public func removeTraces(
        before moment: WallTime, after cursor: TraceCursor, limit: Int
    ) async throws(Failure) -> TracePage {
        let limit = Self.page(limit)
        let end = TraceCursor(event: cursor.event + Int64(limit), intent: cursor.intent + Int64(limit))
        // Looked for beside the writer: most of what is there belongs to jobs, and goes with them.
        let found = try await readers.read { db in
            let events = try Row.fetchAll(
                db, sql: "SELECT sequence AS id, at FROM events WHERE sequence > ? AND sequence <= ? AND job IS NULL",
                arguments: [cursor.event, end.event])
            // The newest of a board says what its power is.
            let intents = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, ended AS at FROM power_journal WHERE id > ? AND id <= ? AND ended IS NOT NULL
                        AND id < (SELECT MAX(id) FROM power_journal AS newer WHERE newer.board = power_journal.board)
                    """, arguments: [cursor.intent, end.intent])
            // Walked beside the events, by the same numbers. The newest of a board stays, and what is known of leases
            // that stand.
            let entries = try Row.fetchAll(
                db,
                sql: """
                    SELECT entry AS id, at FROM board_log WHERE entry > ? AND entry <= ?
                        AND entry < (SELECT MAX(entry) FROM board_log AS newer WHERE newer.board = board_log.board)
                        AND (lease IS NULL OR lease NOT IN (SELECT id FROM leases WHERE id IS NOT NULL))
                    """, arguments: [cursor.event, end.event])
            let lastEntry = try Int64.fetchOne(db, sql: "SELECT MAX(entry) FROM board_log")
            let last = try Int64.fetchOne(db, sql: "SELECT MAX(seq) FROM sqlite_sequence WHERE name LIKE 'event%'")
            let lastIntent = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM power_journal")
            let old = { (rows: [Row]) in
                rows.filter { ($0["at"] as Int64) < moment.nanoseconds }.map { $0["id"] as Int64 }
            }
            let isYoung = { (rows: [Row]) in
                !rows.isEmpty && rows.allSatisfy { ($0["at"] as Int64) >= moment.nanoseconds }
            }
            let isLast =
                (isYoung(events) || end.event >= last ?? 0) && (isYoung(intents) || end.intent >= lastIntent ?? 0)
                && (isYoung(entries) || end.event >= lastEntry ?? 0)
            return Traces(events: old(events), intents: old(intents), entries: old(entries), isLast: isLast)
        }
        if found.count > 0 {
            try await writer.write { (context) -> Void in
                try context.delete(found.events, from: "events", "sequence")
                try context.delete(found.intents, from: "power_journal", "id")
                try context.delete(found.entries, from: "board_log", "entry")
            }
        }
        return TracePage(removed: found.count, next: found.isLast ? nil : end)
    }

    private struct Traces: Sendable {
        var events: [Int64]
        var intents: [Int64]
        /// Of the boards' logs.
        var entries: [Int64]
        var isLast: Bool

        var count: Int { events.count + intents.count + entries.count }
    }

    public func recordingsUsed(by others: [JobID]) async throws(Failure) -> Set<JobID> {
        try await readers.read { db in try Self.wantedRecordings(db, by: others, after: 0) }
    }

    /// - Parameter number: jobs that have not ended are asked from the next one on; all that are pinned are asked.
    private static func wantedRecordings(
        _ db: Database, by others: [JobID], after number: Int64
    ) throws -> Set<JobID> {
        let texts = try String.fetchAll(
            db,
            sql: """
                SELECT plan FROM job_texts WHERE (plan LIKE '%"trace"%' OR plan LIKE '%"targets"%')
                    AND (job IN (SELECT id FROM jobs WHERE state IN (\(unfinished)) AND id > ?)
                        OR job IN (SELECT job FROM job_pins) OR job IN (\(list(others))))
                """, arguments: [number])
        return try texts.reduce(into: []) { found, text in
            found.formUnion(try JSONText.decode(JobPlan.self, from: text).recordingsUsed)
        }
    }

    public func downloadsWaited(
        after: JobID, limit: Int
    ) async throws(Failure) -> (downloads: [PlanDownload], next: JobID?) {
        let limit = Self.page(limit)
        return try await readers.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT job, plan FROM job_texts
                    WHERE job IN (SELECT id FROM jobs WHERE state IN (\(Self.unfinished))) AND job > ?
                    ORDER BY job LIMIT ?
                    """, arguments: [after.rawValue, limit])
            let downloads = try rows.flatMap { try JSONText.decode(JobPlan.self, from: $0["plan"]).downloads }
            return (Array(Set(downloads)), rows.count < limit ? nil : rows.last.map { JobID(rawValue: $0["job"]) })
        }
    }

    public func logRemoved(_ job: JobID) async throws(Failure) -> WallTime? {
        try await readers.read { db in
            try Int64.fetchOne(db, sql: "SELECT log_removed FROM jobs WHERE id = ?", arguments: [job.rawValue])
                .map(WallTime.init(nanoseconds:))
        }
    }

    public func pin(_ job: JobID, _ isPinned: Bool, by user: String) async throws(Failure) {
        try await writer.write { context in
            let row = try Row.fetchOne(
                context.db, sql: "SELECT condemned FROM jobs WHERE id = ?", arguments: [job.rawValue])
            guard let row else { throw Failure(.job, "there is no job \(job)") }
            if isPinned, row["condemned"] as Int64? != nil {
                throw Failure(
                    .job, "job \(job) is being removed by retention",
                    advice: "pin a job before it is older than `retention: results`")
            }
            if isPinned {
                try context.change(
                    "INSERT INTO job_pins (job, by, since) VALUES (?, ?, ?) ON CONFLICT (job) DO NOTHING",
                    [job.rawValue, user, context.now.nanoseconds])
            } else {
                try context.change("DELETE FROM job_pins WHERE job = ?", [job.rawValue])
            }
        }
    }

    public func pinned(_ job: JobID) async throws(Failure) -> JobPin? {
        try await readers.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM job_pins WHERE job = ?", arguments: [job.rawValue]).map {
                JobPin(by: $0["by"], since: WallTime(nanoseconds: $0["since"]))
            }
        }
    }

    private static func page(_ limit: Int) -> Int { min(max(limit, 1), 1000) }

    /// Numbers only: nothing to be escaped.
    private static func list(_ jobs: [JobID]) -> String { jobs.map(\.description).joined(separator: ", ") }

    private static let unfinished = JobState.allCases.filter { $0 != .finished }
        .map { String($0.rawValue) }.joined(separator: ", ")

    /// The condition that nothing refers to a row of `jobs`.
    private static func isFree(_ keepLast: Int) -> String {
        let rank =
            keepLast <= 0
            ? ""
            : """
             AND jobs.id < COALESCE((SELECT kept.id FROM jobs AS kept
                WHERE kept.device_type IS jobs.device_type AND kept.state = \(JobState.finished.rawValue)
                ORDER BY kept.id DESC LIMIT 1 OFFSET \(keepLast - 1)), 0)
            """
        return """
            (jobs.state = \(JobState.finished.rawValue)
            AND NOT EXISTS (SELECT 1 FROM job_pins WHERE job_pins.job = jobs.id)
            AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.job = jobs.id OR leases.kept_job = jobs.id)
            AND NOT EXISTS (SELECT 1 FROM job_needs JOIN jobs AS needing ON needing.id = job_needs.job
                WHERE job_needs.needed = jobs.id AND needing.state <> \(JobState.finished.rawValue))
            AND (jobs.group_id IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS sibling
                WHERE sibling.group_id = jobs.group_id AND sibling.state <> \(JobState.finished.rawValue)))\(rank))
            """
    }
}

extension WriteContext {
    /// Numbers only: nothing to be escaped.
    fileprivate func delete(_ rows: [Int64], from table: String, _ key: String) throws {
        guard !rows.isEmpty else { return }
        let list = rows.map(String.init).joined(separator: ", ")
        try db.execute(sql: "DELETE FROM \(table) WHERE \(key) IN (\(list))")
    }
}

extension SQLiteStore: SettingsBook {
    public func setting(_ name: String) async throws(Failure) -> String? {
        try await readers.read { db in
            try String.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
        }
    }

    public func set(_ name: String, to value: String?) async throws(Failure) {
        try await writer.write { (context) -> Void in
            if let value {
                try context.change(
                    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    [name, value])
            } else {
                try context.change("DELETE FROM settings WHERE name = ?", [name])
            }
        }
    }
}
