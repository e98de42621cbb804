import GRDB
public import LabModel

extension SQLiteStore: GroupBook {
    public func roster(of job: JobID) async throws(Failure) -> GroupRoster? {
        try await readers.read { db in
            guard let group = try JobRecord.fetch(job, db)?.group?.group else { return nil }
            let records = try JobRecord.fetch(group: group, db)
            return GroupRoster(
                group: group, run: records.map(\.attempt).max() ?? 0,
                members: records.map { record in
                    GroupRoster.Member(
                        job: record.id, role: record.group?.role ?? "", isEssential: record.group?.isEssential ?? false,
                        ending: record.state == .finished ? record.health : nil)
                })
        }
    }
}

extension JobRecord {
    /// The jobs of a group, in the order of submission.
    fileprivate static func fetch(group: JobID, _ db: Database) throws -> [JobRecord] {
        try Row.fetchAll(
            try db.cachedStatement(sql: "SELECT * FROM jobs WHERE group_id = ? ORDER BY group_place"),
            arguments: [group.rawValue]
        ).map { try JobRecord($0) }
    }
}

extension WriteContext {
    /// A group begins as a whole or never: when one of its jobs has ended, those that still wait for boards have nothing
    /// to wait for.
    func endWaitingSiblings(of id: JobID) throws {
        let siblings = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT other.id AS sibling, job.group_id, job.group_place, job.group_role, job.health
                    FROM jobs AS job JOIN jobs AS other ON other.group_id = job.group_id
                    WHERE job.id = ? AND other.state = ?
                    """), arguments: [id.rawValue, JobState.submitted.rawValue])
        for row in siblings {
            let (group, place, role) = (
                row["group_id"] as Int64, row["group_place"] as Int, row["group_role"] as String
            )
            let health = try known(row["health"], "job health") as JobHealth
            let words = health == .canceled ? "was canceled" : "has ended"
            try endOne(
                JobID(rawValue: row["sibling"]),
                JobOutcome(
                    health: .canceled,
                    failure: Failure(
                        .canceled, "job \(group).\(place) (\(role)) of its group \(words) before the group ran",
                        advice: "a group runs as a whole or not at all; submit it again")))
        }
    }

    /// Whether another job of the group has ended: the group cannot run again as a whole.
    func hasEndedSibling(_ job: JobRecord) throws -> Bool {
        guard let group = job.group?.group else { return false }
        return try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT TRUE FROM jobs WHERE group_id = ? AND id <> ? AND state = ? LIMIT 1"),
            arguments: [group.rawValue, job.id.rawValue, JobState.finished.rawValue]) ?? false
    }

    /// All jobs of a group have the same number of runs, and of interruptions, when they wait again, those too that did
    /// not get to run.
    func alignRuns(of job: JobRecord) throws {
        guard let group = job.group?.group else { return }
        try change(
            """
            UPDATE jobs SET attempt = (SELECT MAX(attempt) FROM jobs WHERE group_id = ?1),
                interruptions = (SELECT MAX(interruptions) FROM jobs WHERE group_id = ?1)
            WHERE group_id = ?1 AND state = ?2
            """, [group.rawValue, JobState.submitted.rawValue])
    }
}
