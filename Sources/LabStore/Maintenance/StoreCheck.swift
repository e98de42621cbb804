import GRDB
public import LabModel

/// Holds a lab's database against what must be true of it, all in one consistent state.
public struct StoreCheck {
    private let snapshot: StoreSnapshot
    /// Whether a labd runs on it: what waits for the next start is a contradiction then.
    private let isServed: Bool

    /// The most findings of one kind; the rest is counted.
    private static let most = 20

    public init(_ snapshot: StoreSnapshot, isServed: Bool) {
        self.snapshot = snapshot
        self.isServed = isServed
    }

    /// Which logs there have to be.
    public struct Logs: Sendable {
        /// Every job there is.
        public var jobs: Set<JobID> = []
        /// Jobs that ran, have ended, and whose log was not removed by retention.
        public var expected: Set<JobID> = []
        /// Jobs whose log retention removed.
        public var removed: Set<JobID> = []
    }

    /// - Throws: `infrastructure` when the database cannot be read.
    public func run() throws(Failure) -> (findings: [StateFinding], logs: Logs) {
        try snapshot.run { queue in
            try queue.read { db in
                let damage = try structure(db)
                // What contradicts itself in a broken file says nothing.
                if damage.contains(where: { $0.severity == .error }) { return (damage, Logs()) }
                let pending = try migrations(db)
                guard pending.isEmpty else { return (damage + pending, try logs(db, isOld: true)) }
                let findings =
                    try damage + jobs(db) + leases(db) + groups(db) + power(db) + plans(db) + retention(db)
                return (findings, try logs(db, isOld: false))
            }
        }
    }

    // MARK: - The file

    private func structure(_ db: Database) throws -> [StateFinding] {
        let advice = "stop labd and restore the last backup: labd restore BACKUP; keep this folder for a look at it"
        let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Self.most))").filter { $0 != "ok" }
        var findings = damage.map { StateFinding(.error, "database", "the file is damaged: \($0)", advice: advice) }
        let orphans = try Row.fetchAll(
            db,
            sql: """
                SELECT "table" AS child, parent, COUNT(*) AS count FROM pragma_foreign_key_check GROUP BY 1, 2
                """)
        for row in orphans {
            findings.append(
                StateFinding(
                    .error, "database",
                    "\(row["count"] as Int) rows of \(row["child"] as String) belong to no row of \(row["parent"] as String)",
                    advice: advice))
        }
        return findings
    }

    private func migrations(_ db: Database) throws -> [StateFinding] {
        let applied = Set(try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations"))
        let missing = Migrations.all.migrations.filter { !applied.contains($0) }
        guard !missing.isEmpty else { return [] }
        return [
            StateFinding(
                .note, "database",
                "an older labd wrote it; its next start brings it to the present form (\(missing.joined(separator: ", ")))",
                advice: "check again after that: only the file itself was checked now")
        ]
    }

    // MARK: - Jobs, leases, boards

    private func jobs(_ db: Database) throws -> [StateFinding] {
        let finished = JobState.finished.rawValue
        let running = Self.holding
        return try [
            found(
                db, .error, "jobs", "SELECT id FROM jobs WHERE state = \(finished) AND ended IS NULL",
                { "job \($0) has ended, and not when" }, Self.report),
            found(
                db, .error, "jobs",
                "SELECT id FROM jobs WHERE state = \(finished) AND health = \(JobHealth.unknown.rawValue)",
                { "job \($0) has ended, and not how" }, Self.report),
            found(
                db, .error, "jobs", "SELECT id FROM jobs WHERE state <> \(finished) AND ended IS NOT NULL",
                { "job \($0) has not ended, and says when it did" }, Self.report),
            found(
                db, .error, "jobs", "SELECT id FROM jobs WHERE id NOT IN (SELECT job FROM job_texts)",
                { "job \($0) has no text and no plan" },
                "cancel it if it waits: lablctl cancel JOB; then restore the last backup if more is missing"),
            found(
                db, .error, "jobs",
                "SELECT id FROM jobs WHERE state IN (\(running)) AND id NOT IN (SELECT job FROM leases WHERE job IS NOT NULL)",
                { "job \($0) holds a board, and there is no lease" },
                "cancel it: lablctl cancel JOB; the next start of labd looks after its board"),
            found(
                db, .error, "jobs",
                "SELECT id FROM jobs WHERE state = \(JobState.submitted.rawValue) AND board IS NOT NULL",
                { "job \($0) waits, and has a board already" }, Self.report),
            found(
                db, .error, "results",
                """
                SELECT DISTINCT results.job FROM results JOIN jobs ON jobs.id = results.job
                WHERE results.attempt > jobs.attempt
                """, { "job \($0) has results of a run that never began" }, Self.report),
        ].flatMap { $0 }
    }

    private func leases(_ db: Database) throws -> [StateFinding] {
        let idle = BoardState.idle.rawValue
        let jobsEnded = """
            SELECT leases.job FROM leases JOIN jobs ON jobs.id = leases.job
            WHERE jobs.state NOT IN (\(Self.holding)) AND NOT (jobs.state = \(JobState.finished.rawValue)
                AND jobs.hold_on_failure IS NOT NULL)
            """
        var findings = try [
            found(
                db, .error, "leases", jobsEnded, { "job \($0) has a lease, and does not run" },
                "restart labd: it gives boards of an earlier life back"),
            named(
                db, .error, "leases",
                """
                SELECT leases.board FROM leases JOIN jobs ON jobs.id = leases.job
                WHERE jobs.state IN (\(Self.holding)) AND jobs.board IS NOT leases.board
                """, { "the lease of \($0) and its job name different boards" }, Self.report),
            named(
                db, .error, "boards",
                "SELECT board FROM leases JOIN boards ON boards.name = leases.board WHERE boards.state = \(idle)",
                { "\($0) is leased, and idle" }, "restart labd: it gives boards of an earlier life back"),
            named(
                db, .error, "boards",
                "SELECT name FROM boards WHERE state <> \(idle) AND name NOT IN (SELECT board FROM leases)",
                { "\($0) is busy, and nobody has a lease" },
                "say that it is sound again: lablctl board NAME --health good; if it stays busy, report it"),
            named(
                db, .error, "leases", "SELECT board FROM leases WHERE board NOT IN (SELECT name FROM boards)",
                { "the lease of \($0) is of a board that never was" }, Self.report),
        ].flatMap { $0 }
        let epoch = try Int64.fetchOne(db, sql: "SELECT MAX(epoch) FROM epochs") ?? 0
        let old = try String.fetchAll(
            db, sql: "SELECT board FROM leases WHERE job IS NOT NULL AND epoch < ?", arguments: [epoch])
        if isServed {
            findings += old.prefix(Self.most).map {
                StateFinding(
                    .error, "leases", "the lease of \($0) is of an earlier life of labd",
                    advice: "restart labd: it gives boards of an earlier life back")
            }
        } else {
            let standing = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM leases WHERE job IS NOT NULL") ?? 0
            if standing > 0 {
                findings.append(
                    StateFinding(
                        .note, "leases", "\(Self.count(standing, "job")) ran when labd ended",
                        advice: "the next start puts the boards to rest and the jobs back into the queue"))
            }
        }
        return findings
    }

    private static let torn = """
        SELECT group_id FROM jobs WHERE group_id IS NOT NULL GROUP BY group_id
        HAVING SUM(state = \(JobState.submitted.rawValue)) > 0 AND SUM(state IN (\(holding))) > 0
        """

    private func groups(_ db: Database) throws -> [StateFinding] {
        try [
            found(
                db, .error, "groups",
                """
                SELECT group_id FROM jobs WHERE group_id IS NOT NULL AND condemned IS NULL
                GROUP BY group_id HAVING COUNT(*) <> MAX(group_size) AND MAX(state) < \(JobState.finished.rawValue)
                """, { "the group of job \($0) is not whole" }, "cancel its jobs and submit them again"),
            found(
                db, .error, "groups", Self.torn + " AND MAX(attempt) = 0",
                { "some jobs of the group of job \($0) have boards, and others wait" },
                "cancel the group: lablctl cancel JOB, and report it"),
            // Its jobs go back one by one, each when its board is at rest.
            found(
                db, .note, "groups", Self.torn + " AND MAX(attempt) > 0",
                { "some jobs of the group of job \($0) are back in the queue, and others not yet" },
                "the group runs again when all of them are"),
        ].flatMap { $0 }
    }

    private func power(_ db: Database) throws -> [StateFinding] {
        let newest = "id = (SELECT MAX(id) FROM power_journal AS newer WHERE newer.board = power_journal.board)"
        var findings = try named(
            db, .error, "power",
            """
            SELECT power_journal.board FROM power_journal JOIN boards ON boards.name = power_journal.board
            WHERE \(newest) AND ended IS NOT NULL AND boards.power <> power_journal.state
            """, { "what is known of the power of \($0) is not what its last change came to" },
            "switch it: lablctl power NAME off")
        let open = try String.fetchAll(
            db,
            sql: """
                SELECT board FROM power_journal WHERE \(newest) AND ended IS NULL
                    AND board NOT IN (SELECT board FROM leases) AND board IN (SELECT name FROM boards WHERE is_present)
                ORDER BY board
                """)
        if !open.isEmpty {
            let list = open.prefix(Self.most).joined(separator: ", ")
            findings.append(
                StateFinding(
                    .note, "power", "a change of power has begun and not ended: \(list)",
                    advice: isServed
                        ? "somebody switches by hand just now; if it stays, switch the board: lablctl power NAME off"
                        : "the next start of labd puts these boards to rest"))
        }
        return findings
    }

    // MARK: - What labd reads back

    private func plans(_ db: Database) throws -> [StateFinding] {
        var broken: [Int64] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT job, plan FROM job_texts
                WHERE job IN (SELECT id FROM jobs WHERE state <> \(JobState.finished.rawValue))
                """)
        while let row = try rows.next() {
            do {
                _ = try JSONText.decode(JobPlan.self, from: row["plan"])
            } catch {
                broken.append(row["job"])
            }
        }
        return Self.listed(
            broken.map(String.init), .error, "jobs", { "the plan of job \($0) cannot be read" },
            "cancel it and submit its text again: lablctl job JOB --definition")
    }

    private func retention(_ db: Database) throws -> [StateFinding] {
        let waiting = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM jobs WHERE condemned IS NOT NULL") ?? 0
        guard waiting > 0 else { return [] }
        return [
            StateFinding(
                .note, "retention", "\(Self.count(waiting, "job")) are being removed",
                advice: "the next look of retention ends it: lablctl retention --run")
        ]
    }

    private func logs(_ db: Database, isOld: Bool) throws -> Logs {
        var logs = Logs()
        let removed = isOld ? "NULL" : "log_removed"
        let condemned = isOld ? "NULL" : "condemned"
        let rows = try Row.fetchCursor(
            db, sql: "SELECT id, state, attempt, \(removed) AS removed, \(condemned) AS condemned FROM jobs")
        while let row = try rows.next() {
            let id = JobID(rawValue: row["id"])
            logs.jobs.insert(id)
            if row["removed"] as Int64? != nil {
                logs.removed.insert(id)
            } else if (row["state"] as Int) == JobState.finished.rawValue, (row["attempt"] as Int) > 0,
                row["condemned"] as Int64? == nil
            {
                logs.expected.insert(id)
            }
        }
        return logs
    }

    // MARK: - Words

    private static let report = "report it, with the state folder's labd.log"
    /// States of a job that has a board.
    private static let holding = [JobState.scheduled, .running, .canceling]
        .map { String($0.rawValue) }.joined(separator: ", ")

    private func found(
        _ db: Database, _ severity: StateFinding.Severity, _ subject: String, _ sql: String,
        _ message: (String) -> String, _ advice: String
    ) throws -> [StateFinding] {
        let numbers = try Int64.fetchAll(db, sql: sql).map(String.init)
        return Self.listed(numbers, severity, subject, message, advice)
    }

    private func named(
        _ db: Database, _ severity: StateFinding.Severity, _ subject: String, _ sql: String,
        _ message: (String) -> String, _ advice: String
    ) throws -> [StateFinding] {
        Self.listed(try String.fetchAll(db, sql: sql), severity, subject, message, advice)
    }

    private static func listed(
        _ names: [String], _ severity: StateFinding.Severity, _ subject: String, _ message: (String) -> String,
        _ advice: String
    ) -> [StateFinding] {
        var findings = names.prefix(most).map { name in
            let own = advice.replacing("JOB", with: name).replacing("NAME", with: name)
            return StateFinding(severity, subject, message(name), advice: own)
        }
        if names.count > most {
            findings.append(StateFinding(severity, subject, "and \(names.count - most) more of the same kind"))
        }
        return findings
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
