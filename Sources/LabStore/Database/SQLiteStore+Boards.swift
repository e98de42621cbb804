import GRDB
public import LabModel

extension SQLiteStore {
    public func setBoards(_ definitions: [BoardDefinition]) async throws(Failure) {
        try await writer.write { context in
            try context.change("UPDATE boards SET is_present = 0", [])
            for (place, board) in definitions.enumerated() {
                // A board that was here before keeps its health and, above all, its generation.
                try context.change(
                    """
                    INSERT INTO boards (name, type, tags, place, is_present, state, health, power)
                    VALUES (?, ?, ?, ?, 1, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE
                    SET type = excluded.type, tags = excluded.tags, place = excluded.place, is_present = 1
                    """,
                    [
                        board.name.rawValue, board.type.rawValue, try JSONText.encode(board.tags), place,
                        BoardState.idle.rawValue, BoardHealth.good.rawValue, PowerState.unknown.rawValue,
                    ])
            }
        }
    }

    public func boards() async throws(Failure) -> [BoardRecord] {
        try await readers.read { try BoardRecord.fetchAll($0) }
    }

    public func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        try await setHealth(health, of: board, reason: reason, by: "labd")
    }

    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String
    ) async throws(Failure) {
        try await writer.write { context in
            _ = try context.health(of: board)
            try context.setHealth(health, of: board, reason: reason, by: user)
        }
    }

    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try await setHealth(health, of: board, reason: reason, by: "labd", ifStill: old)
    }

    public func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try await writer.write { context in
            let present = try context.health(of: board)
            guard present == old else { return present }
            try context.setHealth(health, of: board, reason: reason, by: user)
            return health
        }
    }

    public func setPowerPath(_ path: PowerPath, of board: BoardName) async throws(Failure) {
        try await writer.write { context in
            let changed = try context.change(
                "UPDATE boards SET power_path = ? WHERE name = ? AND is_present = 1",
                [try JSONText.encode(path), board.rawValue])
            guard changed else { throw Failure(.job, "there is no board named \(board)") }
        }
    }
}

extension WriteContext {
    fileprivate func health(of board: BoardName) throws -> BoardHealth {
        let health = try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT health FROM boards WHERE name = ? AND is_present = 1"),
            arguments: [board.rawValue])
        guard let health else { throw Failure(.job, "there is no board named \(board)") }
        return try known(health, "board health")
    }

    fileprivate func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, by user: String
    ) throws {
        let changed = try change(
            """
            UPDATE boards SET health = ?1, health_reason = ?2
            WHERE name = ?3 AND (health <> ?1 OR health_reason IS NOT ?2)
            """, [health.rawValue, reason, board.rawValue])
        guard changed else { return }
        try log(BoardLogEntry(at: now, board: board, kind: .boardHealth, by: user, reason: reason, health: health))
        var data: [String: DataValue] = ["health": .string(health.name), "by": .string(user)]
        data["reason"] = reason.map(DataValue.string)
        try emit(.boardHealth, board: board, data)
    }
}

extension BoardRecord {
    // A person's lease comes along: few boards are lent, and the columns of the others are empty.
    private static let selection = """
        SELECT boards.*, leases.job AS current_job, leases.id AS lease_id, leases.board AS lease_board,
            leases.generation AS lease_generation, holder, purpose, leases.reason AS lease_reason, kept_job, granted,
            expires, keep_alive, is_warned, notice, ending
        FROM boards LEFT JOIN leases ON leases.board = boards.name WHERE is_present = 1
        """

    /// Asked for with every submission.
    static func fetchAll(_ db: Database) throws -> [BoardRecord] {
        let statement = try db.cachedStatement(sql: selection + " ORDER BY place")
        return try Array(Row.fetchCursor(statement).map { try BoardRecord($0) })
    }

    static func fetch(_ name: BoardName, _ db: Database) throws -> BoardRecord? {
        let statement = try db.cachedStatement(sql: selection + " AND name = ?")
        return try Row.fetchCursor(statement, arguments: [name.rawValue]).map { try BoardRecord($0) }.next()
    }

    fileprivate init(_ row: Row) throws {
        self.init(
            name: BoardName(rawValue: row["name"]), type: DeviceTypeName(rawValue: row["type"]),
            tags: try JSONText.decode([String].self, from: row["tags"]),
            state: try known(row["state"], "board state"), health: try known(row["health"], "board health"),
            healthReason: row["health_reason"], power: try known(row["power"], "power state"),
            currentJob: (row["current_job"] as Int64?).map(JobID.init(rawValue:)),
            powerPath: try (row["power_path"] as String?).map { try JSONText.decode(PowerPath.self, from: $0) },
            checked: (row["checked"] as Int64?).map(WallTime.init(nanoseconds:)),
            jobsSinceCheck: row["jobs_since_check"],
            reservation: row["lease_id"] as Int64? == nil ? nil : try Reservation(row, "lease_"))
    }
}
