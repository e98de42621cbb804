import GRDB
public import LabModel

extension SQLiteStore {
    public func runs(on board: BoardName, limit: Int) async throws(Failure) -> [BoardRun] {
        try await readers.read { db in
            try Self.runs(on: board, limit: min(max(limit, 1), 1000), db)
        }
    }

    public func recentRuns() async throws(Failure) -> [BoardName: [BoardRun]] {
        try await readers.readAtLength { db in
            let boards = try String.fetchAll(db, sql: "SELECT name FROM boards WHERE is_present = 1")
                .map(BoardName.init(rawValue:))
            var runs: [BoardName: [BoardRun]] = [:]
            for board in boards { runs[board] = try Self.runs(on: board, limit: BoardTrends.window, db) }
            return runs
        }
    }

    public func healthChanges(of board: BoardName, limit: Int) async throws(Failure) -> [HealthChange] {
        try await readers.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT at, data FROM event_rows WHERE kind = 'board.health' AND board = ?
                    ORDER BY sequence DESC LIMIT ?
                    """, arguments: [board.rawValue, min(max(limit, 1), 1000)]
            ).map { row in
                let data = try JSONText.decode([String: DataValue].self, from: row["data"])
                return HealthChange(
                    at: WallTime(nanoseconds: row["at"]), health: data["health"]?.string ?? "",
                    reason: data["reason"]?.string)
            }
        }
    }

    public func goodBoots(before job: JobID, limit: Int) async throws(Failure) -> [BoardRun] {
        try await readers.read { db in
            let run = try Row.fetchOne(
                db, sql: "SELECT id, board, job_name FROM runs WHERE job = ? ORDER BY id DESC LIMIT 1",
                arguments: [job.rawValue])
            let record = try JobRecord.fetch(job, db)
            guard let board = run?["board"] as String? ?? record?.board?.rawValue else { return [] }
            let name = run?["job_name"] as String? ?? record?.name ?? ""
            return try Row.fetchAll(
                db,
                sql: Self.runColumns + """
                     WHERE runs.board = ? AND runs.id < ? AND job <> ?
                        AND runs.id = (SELECT MAX(id) FROM runs AS later WHERE later.job = runs.job)
                        AND (boots > 0 AND failed_boots = 0 OR boots = 0 AND boot_time IS NULL AND outcome = 0)
                    ORDER BY runs.id DESC LIMIT 200
                    """,
                arguments: [board, run?["id"] as Int64? ?? Int64.max, job.rawValue]
            ).map { try BoardRun($0) }.enumerated().sorted { one, other in
                let (isSame, isOtherSame) = (one.element.jobName == name, other.element.jobName == name)
                return isSame == isOtherSame ? one.offset < other.offset : isSame
            }.prefix(max(limit, 1)).map(\.element)
        }
    }

    private static func runs(on board: BoardName, limit: Int, _ db: Database) throws -> [BoardRun] {
        try Row.fetchAll(
            try db.cachedStatement(sql: runColumns + " WHERE runs.board = ? ORDER BY runs.id DESC LIMIT ?"),
            arguments: [board.rawValue, limit]
        ).map { try BoardRun($0) }
    }

    private static let runColumns = """
        SELECT runs.*, builds.source AS build_source, builds.name AS build_name
        FROM runs LEFT JOIN builds ON builds.id = runs.build
        """
}

extension BoardRun {
    fileprivate init(_ row: Row) throws {
        self.init(
            job: JobID(rawValue: row["job"]), jobName: row["job_name"], attempt: row["attempt"],
            board: BoardName(rawValue: row["board"]),
            deviceType: (row["device_type"] as String?).map(DeviceTypeName.init(rawValue:)),
            started: (row["started"] as Int64?).map(WallTime.init(nanoseconds:)),
            ended: WallTime(nanoseconds: row["ended"]), outcome: try known(row["outcome"], "outcome of a run"),
            errorType: (row["error_type"] as String?).flatMap(ErrorType.init(rawValue:)), step: row["step"],
            boots: row["boots"], failedBoots: row["failed_boots"],
            bootTime: (row["boot_time"] as Int64?).map { .nanoseconds($0) }, switches: row["switches"],
            build: BuildName(row))
    }
}
