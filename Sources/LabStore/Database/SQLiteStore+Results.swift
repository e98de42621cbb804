import GRDB
public import LabModel

extension SQLiteStore {
    public func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        guard !results.isEmpty else { return }
        try await writer.write { context in
            let attempt = try context.attempt(of: job)
            for result in results {
                try context.change(
                    """
                    INSERT INTO results (job, attempt, suite, test_set, name, result, measurement, units, metadata, logged)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        job.rawValue, attempt, result.suite, result.testSet, result.name, result.result.rawValue,
                        result.measurement, result.units, try JSONText.encode(result.metadata),
                        result.logged.nanoseconds,
                    ])
                try context.emit(.result, job: job, result.eventData)
            }
        }
    }

    /// Those of the last run only: a job that was interrupted starts its results afresh.
    public func results(of job: JobID) async throws(Failure) -> [ResultRecord] {
        try await readers.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT results.* FROM results JOIN jobs ON jobs.id = results.job AND jobs.attempt = results.attempt
                    WHERE results.job = ? ORDER BY results.id
                    """, arguments: [job.rawValue]
            ).map { row in
                ResultRecord(
                    suite: row["suite"], testSet: row["test_set"], name: row["name"],
                    result: try known(row["result"], "result"), measurement: row["measurement"], units: row["units"],
                    metadata: try JSONText.decode([String: DataValue].self, from: row["metadata"]),
                    logged: WallTime(nanoseconds: row["logged"]))
            }
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

extension WriteContext {
    fileprivate func attempt(of job: JobID) throws -> Int {
        let attempt = try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT attempt FROM jobs WHERE id = ?"), arguments: [job.rawValue])
        guard let attempt else {
            throw Failure(.bug, "there is no job \(job) to add results to", at: "database")
        }
        return attempt
    }
}
