import GRDB
public import LabModel

extension SQLiteStore {
    /// Runs that the queue learns from at its start.
    private static let runs = 2000
    /// Events that one look at the changes takes in.
    private static let changeLimit = 5000

    /// Every event that may change who can have which board.
    private static let kinds: String = {
        let kinds: [LabEvent.Kind] = [
            .jobSubmitted, .jobScheduled, .jobRunning, .jobCanceling, .jobInterrupted, .jobFinished, .boardState,
            .boardHealth, .boardAdded, .boardChanged, .boardRemoved, .boardBroken, .boardRepaired,
        ]
        return (kinds + LabEvent.Kind.leases).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }()

    public func queueContents() async throws(Failure) -> QueueContents {
        try await readers.read { db in
            let newest = try Int64.fetchOne(db, sql: "SELECT MAX(sequence) FROM event_rows") ?? 0
            // Row by row: very many may wait.
            let jobs = try Row.fetchCursor(
                db, sql: "SELECT * FROM jobs WHERE state < ? ORDER BY id", arguments: [JobState.finished.rawValue])
            let runs = try Row.fetchCursor(
                db,
                sql: "SELECT * FROM jobs WHERE state = ? AND started IS NOT NULL ORDER BY id DESC LIMIT ?",
                arguments: [JobState.finished.rawValue, Self.runs])
            return QueueContents(
                newest: newest, jobs: try Array(jobs.map { try JobRecord($0) }), boards: try BoardRecord.fetchAll(db),
                runs: try Array(runs.map { try JobRecord($0) }))
        }
    }

    public func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges {
        try await readers.read { db in
            let events = try Row.fetchAll(
                try db.cachedStatement(
                    sql: """
                        SELECT sequence, job, board FROM event_rows WHERE sequence > ? AND kind IN (\(Self.kinds))
                        ORDER BY sequence LIMIT ?
                        """), arguments: [sequence, Self.changeLimit])
            let hasMore = events.count == Self.changeLimit
            let newest: Int64 =
                hasMore
                ? events[events.count - 1]["sequence"]
                : try Int64.fetchOne(try db.cachedStatement(sql: "SELECT MAX(sequence) FROM event_rows")) ?? sequence
            var changes = QueueChanges(newest: max(newest, sequence), hasMore: hasMore)
            for id in Set(events.compactMap { $0["job"] as Int64? }).sorted() {
                if let job = try JobRecord.fetch(JobID(rawValue: id), db) { changes.jobs.append(job) }
            }
            for name in Set(events.compactMap { $0["board"] as String? }).sorted() {
                let name = BoardName(rawValue: name)
                if let board = try BoardRecord.fetch(name, db) {
                    changes.boards.append(board)
                } else {
                    changes.departed.append(name)
                }
            }
            return changes
        }
    }

    public func needs(of jobs: [JobID]) async throws(Failure) -> [JobID: [NeedStanding]] {
        guard !jobs.isEmpty else { return [:] }
        let list = "[\(jobs.map { String($0.rawValue) }.joined(separator: ","))]"
        return try await readers.read { db in
            let rows = try Row.fetchAll(
                try db.cachedStatement(
                    sql: """
                        SELECT job_needs.job AS job, needed, condition, jobs.state AS state, jobs.health AS health,
                            (SELECT COUNT(*) FROM result_rows AS results WHERE results.job = needed
                                AND results.attempt = jobs.attempt AND results.result = ?) AS failures
                        FROM job_needs LEFT JOIN jobs ON jobs.id = needed
                        WHERE job_needs.job IN (SELECT value FROM json_each(?)) ORDER BY job_needs.job, needed
                        """), arguments: [TestResult.fail.rawValue, list])
            var needs: [JobID: [NeedStanding]] = [:]
            for row in rows {
                let need = JobNeed(
                    job: JobID(rawValue: row["needed"]), condition: try known(row["condition"], "condition of a need"))
                let standing = NeedStanding(
                    need: need, state: try (row["state"] as Int?).map { try known($0, "job state") },
                    health: try (row["health"] as Int?).map { try known($0, "job health") } ?? .unknown,
                    failures: row["failures"])
                needs[JobID(rawValue: row["job"]), default: []].append(standing)
            }
            return needs
        }
    }
}
