import GRDB
public import LabModel

extension SQLiteStore: ScheduleBook {
    /// Each is looked at once a wake; more than that is a mistake of a script.
    private static let mostSchedules = 1000

    public func schedules() async throws(Failure) -> [Schedule] {
        try await readers.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM schedules ORDER BY name").map { try Schedule($0) }
        }
    }

    public func schedule(_ name: String) async throws(Failure) -> Schedule? {
        try await readers.read { try Schedule.fetch(name, $0) }
    }

    public func add(_ schedule: Schedule) async throws(Failure) {
        try await writer.write { context in
            let count = try Int.fetchOne(context.db, sql: "SELECT COUNT(*) FROM schedules") ?? 0
            guard count < Self.mostSchedules else {
                throw Failure(
                    .job, "the lab has \(count) recurring jobs, the most there may be",
                    advice: "`lablctl schedule remove NAME` ends one")
            }
            let added = try context.change(
                """
                INSERT INTO schedules (name, rule, zone, definition, submitter, overlap, is_paused, created, next)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING
                """,
                [
                    schedule.name, schedule.rule.text, schedule.zone, schedule.definition, schedule.submitter,
                    schedule.overlap.rawValue, schedule.isPaused, schedule.created.nanoseconds,
                    schedule.next?.nanoseconds,
                ])
            guard added else {
                throw Failure(
                    .job, "there is a recurring job named \(schedule.name) already",
                    advice: "`lablctl schedule remove \(schedule.name)` ends it, or choose another name")
            }
        }
    }

    public func removeSchedule(_ name: String) async throws(Failure) -> Bool {
        try await writer.write { try $0.change("DELETE FROM schedules WHERE name = ?", [name]) }
    }

    public func pauseSchedule(_ name: String, _ isPaused: Bool, next: WallTime?) async throws(Failure) -> Bool {
        try await writer.write { context in
            guard isPaused else {
                return try context.change(
                    "UPDATE schedules SET is_paused = 0, next = ? WHERE name = ?", [next?.nanoseconds, name])
            }
            return try context.change("UPDATE schedules SET is_paused = 1 WHERE name = ?", [name])
        }
    }

    public func settle(
        _ name: String, due: WallTime?, next: WallTime?, _ outcome: ScheduleOutcome
    ) async throws(Failure) -> [JobID]? {
        var texts: [[JobTexts]] = []
        if case .jobs(let jobs) = outcome {
            do {
                for group in jobs { texts.append(try group.map { try JobTexts($0) }) }
            } catch {
                throw databaseFailure(error)
            }
        }
        return try await writer.write { [texts] context in
            guard let schedule = try Schedule.fetch(name, context.db) else { return nil }
            if let due, schedule.next != due || schedule.isPaused { return nil }
            let last = due ?? context.now
            let following = due == nil ? schedule.next : next
            switch outcome {
            case .jobs(let jobs):
                let ids = try zip(jobs, texts).flatMap { try context.insert($0, $1) }
                for id in ids { try context.change("UPDATE jobs SET schedule = ? WHERE id = ?", [name, id.rawValue]) }
                try context.note(name, last, following, job: ids.first, failure: nil)
                return ids
            case .skipped(let reason):
                try context.note(name, last, following, job: schedule.lastJob, failure: nil)
                try context.emit(
                    .scheduleSkipped, job: schedule.lastJob,
                    ["schedule": .string(name), "reason": .string(reason)])
                return []
            case .failed(let failure):
                try context.note(name, last, following, job: schedule.lastJob, failure: failure)
                try context.emit(
                    .scheduleFailed,
                    [
                        "schedule": .string(name), "error_type": .string(failure.type.rawValue),
                        "error_msg": .string(failure.message),
                    ])
                return []
            }
        }
    }
}

extension WriteContext {
    fileprivate func note(
        _ name: String, _ last: WallTime, _ next: WallTime?, job: JobID?, failure: Failure?
    ) throws {
        try change(
            "UPDATE schedules SET last = ?, next = ?, last_job = ?, last_failure = ? WHERE name = ?",
            [
                last.nanoseconds, next?.nanoseconds, job?.rawValue, try failure.map { try JSONText.encode($0) }, name,
            ])
    }
}

extension Schedule {
    fileprivate static func fetch(_ name: String, _ db: Database) throws -> Schedule? {
        try Row.fetchOne(db, sql: "SELECT * FROM schedules WHERE name = ?", arguments: [name]).map { try Schedule($0) }
    }

    fileprivate init(_ row: Row) throws {
        self.init(
            name: row["name"], rule: try ScheduleRule(text: row["rule"]), zone: row["zone"],
            definition: row["definition"], submitter: row["submitter"],
            overlap: try known(row["overlap"], "overlap"), isPaused: row["is_paused"],
            created: WallTime(nanoseconds: row["created"]),
            next: (row["next"] as Int64?).map(WallTime.init(nanoseconds:)),
            last: (row["last"] as Int64?).map(WallTime.init(nanoseconds:)),
            lastJob: (row["last_job"] as Int64?).map(JobID.init(rawValue:)),
            lastFailure: try (row["last_failure"] as String?).map { try JSONText.decode(Failure.self, from: $0) })
    }
}
