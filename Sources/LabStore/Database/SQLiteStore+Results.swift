import GRDB
public import LabModel

extension SQLiteStore {
    public func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        guard !results.isEmpty else { return }
        // Before the writing thread is held.
        let metadata: [String?]
        do {
            metadata = try results.map { $0.metadata.isEmpty ? nil : try JSONText.encode($0.metadata) }
        } catch {
            throw databaseFailure(error)
        }
        try await writer.write { try $0.append(results, metadata: metadata, to: job) }
    }

    /// Those of the last run only: a job that was interrupted starts its results afresh.
    public func results(of job: JobID) async throws(Failure) -> [ResultRecord] {
        try await readers.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT suite, test_set, cases.name AS name, result, measurement, units, metadata, logged
                    FROM jobs JOIN result_rows ON result_rows.job = jobs.id AND result_rows.attempt = jobs.attempt
                        JOIN cases ON cases.id = result_rows.case_id
                    WHERE jobs.id = ? ORDER BY result_rows.id
                    """)
            return try Row.fetchAll(statement, arguments: [job.rawValue]).map { try ResultRecord($0) }
        }
    }

    public func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure) {
        try await writer.write { context in
            try context.change(
                "INSERT INTO power_cuts (job, attempt, name, outcome, record, logged) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    job.rawValue, try context.attempt(of: job), cut.name, cut.outcome.rawValue,
                    try JSONText.encode(cut), context.now.nanoseconds,
                ])
            try context.emit(.verdict, job: job, cut.eventData)
        }
    }

    /// Those of the last run only, as with the results.
    public func powerCuts(of job: JobID) async throws(Failure) -> [PowerCutRecord] {
        try await readers.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT record FROM power_cuts JOIN jobs ON jobs.id = power_cuts.job
                        AND jobs.attempt = power_cuts.attempt
                    WHERE power_cuts.job = ? ORDER BY power_cuts.id
                    """, arguments: [job.rawValue]
            ).map { try JSONText.decode(PowerCutRecord.self, from: $0) }
        }
    }
}

extension ResultRecord {
    /// Reads a row of `result_rows` with the names of its case.
    init(_ row: Row) throws {
        self.init(
            suite: row["suite"], testSet: row["test_set"], name: row["name"],
            result: try known(row["result"], "result"), measurement: row["measurement"], units: row["units"],
            metadata: try (row["metadata"] as String?).map {
                try JSONText.decode([String: DataValue].self, from: $0)
            } ?? [:],
            logged: WallTime(nanoseconds: row["logged"]))
    }
}

extension WriteContext {
    /// Adds results, and one row of events that stands for all of theirs.
    ///
    /// - Parameter metadata: of each result as JSON.
    fileprivate func append(_ results: [ResultRecord], metadata: [String?], to job: JobID) throws {
        let attempt = Int64(try attempt(of: job))
        let newest = try newestEvent()
        let insert = try BareStatement(
            db,
            """
            INSERT INTO result_rows (id, job, attempt, case_id, result, measurement, units, metadata, logged)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insert.bind(2, job.rawValue)
        insert.bind(3, attempt)
        for (index, result) in results.enumerated() {
            let number = newest + 1 + Int64(index)
            // What a number of this job's suite `lava` says of its board is counted when the run ends.
            if result.suite == "lava" { try noteStep(result, number: number, of: job) }
            insert.bind(1, number)
            insert.bind(4, try cases.number(of: result, db))
            insert.bind(5, Int64(result.result.rawValue))
            insert.bind(6, result.measurement)
            insert.bind(7, result.units)
            insert.bind(8, metadata[index])
            insert.bind(9, result.logged.nanoseconds)
            try insert.run()
        }
        let event = try BareStatement(
            db,
            "INSERT INTO event_rows (sequence, at, job, kind, data, span) VALUES (?, ?, ?, ?, '', ?)")
        event.bind(1, newest + Int64(results.count))
        event.bind(2, now.nanoseconds)
        event.bind(3, job.rawValue)
        event.bind(4, LabEvent.Kind.result.rawValue)
        event.bind(5, Int64(results.count))
        try event.run()
    }

    private func newestEvent() throws -> Int64 {
        let newest = try BareStatement(db, "SELECT seq FROM sqlite_sequence WHERE name = 'event_rows'")
        defer { newest.reset() }
        return try newest.step() ? newest.integer(0) : 0
    }

    fileprivate func attempt(of job: JobID) throws -> Int {
        let attempt = try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT attempt FROM jobs WHERE id = ?"), arguments: [job.rawValue])
        guard let attempt else {
            throw Failure(.bug, "there is no job \(job) to add results to", at: "database")
        }
        return attempt
    }
}
