import GRDB
import LabModel

// What is noted of a run while it goes on, and added up when it ends.

extension WriteContext {
    /// Keeps what a job says of its build.
    func noteBuild(of job: JobID, metadata: DataValue) throws {
        guard let build = BuildName(metadata: metadata) else { return }
        try change(
            "INSERT OR REPLACE INTO job_builds (job, build) VALUES (?, ?)", [job.rawValue, try number(of: build)])
    }

    /// Keeps what a row of suite `lava` says of the board's boot, or of the images it was given.
    func noteStep(_ result: ResultRecord, number: Int64, of job: JobID) throws {
        if let step = BootTally.Step(name: result.name) {
            let error = result.metadata["error_type"]?.string
            // What was cut short by a person says nothing about the board.
            guard error != ErrorType.canceled.rawValue else { return }
            let seconds = result.measurement ?? result.metadata["duration"]?.double ?? 0
            try change(
                "INSERT INTO run_steps (result, job, step, failed, duration) VALUES (?, ?, ?, ?, ?)",
                [
                    number, job.rawValue, step.rawValue, result.result == .fail,
                    Int64(min(max(seconds, 0), 1e9) * 1e9),
                ])
        } else if let digest = result.metadata["sha256sum"]?.string, result.name.hasSuffix("-download") {
            try change(
                "INSERT OR REPLACE INTO run_images (job, label, sha256) VALUES (?, ?, ?)",
                [job.rawValue, result.metadata["label"]?.string ?? "", digest])
        }
    }

    /// Adds up a run that has ended.
    ///
    /// - Parameters:
    ///   - event: the number of the event that says so.
    ///   - isInterrupted: the job has not ended with it.
    ///   - data: of the event.
    func endRun(
        _ event: Int64, of job: JobID, on board: BoardName, isInterrupted: Bool, _ data: [String: DataValue]
    ) throws {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT name, attempt, device_type, started, health, failure FROM jobs WHERE id = ?"),
            arguments: [job.rawValue])
        // A job that never ran was no run.
        guard let row, let started = row["started"] as Int64? else { return }
        // An interruption that ends the job is followed by its end.
        if isInterrupted, data["again"]?.bool != true { return }
        let tally = try tally(of: job)
        let failure = try (row["failure"] as String?).map { try JSONText.decode(Failure.self, from: $0) }
        let type = data["error_type"]?.string.flatMap(ErrorType.init(rawValue:))
        let outcome = BoardRun.Outcome(
            health: isInterrupted ? .incomplete : (try known(row["health"], "job health")), type: type,
            step: isInterrupted ? nil : failure?.place, message: data["error_msg"]?.string, boots: tally)
        let (switches, journal) = try switches(of: board, since: started)
        try change(
            """
            INSERT INTO runs (id, job, job_name, attempt, board, device_type, started, ended, outcome, error_type, step,
                boots, failed_boots, boot_time, switches, journal, build)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event, job.rawValue, row["name"] as String, row["attempt"] as Int, board.rawValue,
                row["device_type"] as String?, started, now.nanoseconds, outcome.rawValue, type?.rawValue,
                isInterrupted ? nil : failure?.place, tally.boots, tally.failed, tally.time?.nanoseconds, switches,
                journal, try build(of: job),
            ])
        try change("DELETE FROM run_steps WHERE job = ?", [job.rawValue])
        try change("DELETE FROM run_images WHERE job = ?", [job.rawValue])
    }

    private func tally(of job: JobID) throws -> BootTally {
        var tally = BootTally()
        let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: "SELECT step, failed, duration FROM run_steps WHERE job = ? ORDER BY result"),
            arguments: [job.rawValue])
        while let row = try rows.next() {
            tally.add(
                try known(row["step"], "step"), hasFailed: row["failed"],
                duration: .nanoseconds(row["duration"] as Int64))
        }
        return tally
    }

    /// How often the board was switched since its last run, or since this one began, and the last intent.
    private func switches(of board: BoardName, since started: Int64) throws -> (count: Int, journal: Int64) {
        let before = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT journal FROM runs WHERE board = ? ORDER BY id DESC LIMIT 1"),
            arguments: [board.rawValue])
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT COUNT(*) FILTER (WHERE began >= ? AND (kind = 'switch' OR note IS NULL)) AS count,
                        MAX(id) AS journal
                    FROM power_journal WHERE board = ? AND id > ?
                    """), arguments: [started, board.rawValue, before ?? 0])
        return (row?["count"] ?? 0, row?["journal"] as Int64? ?? before ?? 0)
    }

    /// What the job said of its build, else what it was given to boot.
    private func build(of job: JobID) throws -> Int64? {
        let said = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT build FROM job_builds WHERE job = ?"), arguments: [job.rawValue])
        if let said { return said }
        let images = try Row.fetchAll(
            try db.cachedStatement(sql: "SELECT label, sha256 FROM run_images WHERE job = ?"),
            arguments: [job.rawValue]
        ).map { ($0["label"] as String, $0["sha256"] as String) }
        return try BuildName(images: Dictionary(images, uniquingKeysWith: { $1 })).map(number)
    }

    private func number(of build: BuildName) throws -> Int64 {
        try change("INSERT OR IGNORE INTO builds (source, name) VALUES (?, ?)", [build.source, build.name])
        let number = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT id FROM builds WHERE name = ? AND source = ?"),
            arguments: [build.name, build.source])
        guard let number else { throw Failure(.bug, "a build that was stored is not there", at: "database") }
        return number
    }
}

extension BoardRun.Outcome {
    /// What an ending says about the board.
    fileprivate init(health: JobHealth, type: ErrorType?, step: String?, message: String?, boots: BootTally) {
        if health == .complete {
            self = .complete
        } else if health == .canceled || type == .canceled {
            self = .canceled
        } else if message.map(BlamelessEnd.isTold) == true {
            self = .interrupted
        } else if step.flatMap(BootTally.Step.init(name:)).map({ $0 != .reset && $0 != .emulator }) == true {
            self = .boot
        } else if type?.leavesBoardUnknown == true {
            self = boots.failed > 0 && boots.failed == boots.boots ? .boot : .infrastructure
        } else {
            self = .failed
        }
    }
}
