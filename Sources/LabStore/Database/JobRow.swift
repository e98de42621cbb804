import GRDB
import LabModel

extension JobRecord {
    /// Reads a row of `jobs`.
    init(_ row: Row) throws {
        self.init(
            id: JobID(rawValue: row["id"]), name: row["name"], submitter: row["submitter"],
            deviceType: (row["device_type"] as String?).map(DeviceTypeName.init(rawValue:)),
            requestedBoard: (row["requested_board"] as String?).map(BoardName.init(rawValue:)),
            priority: row["priority"], tags: try JSONText.decode([String].self, from: row["tags"]),
            state: try known(row["state"], "job state"), health: try known(row["health"], "job health"),
            board: (row["board"] as String?).map(BoardName.init(rawValue:)),
            submitted: WallTime(nanoseconds: row["submitted"]),
            started: (row["started"] as Int64?).map(WallTime.init(nanoseconds:)),
            ended: (row["ended"] as Int64?).map(WallTime.init(nanoseconds:)), attempt: row["attempt"],
            failure: try (row["failure"] as String?).map { try JSONText.decode(Failure.self, from: $0) },
            queueTimeout: (row["queue_timeout"] as Int64?).map { .nanoseconds($0) },
            queued: WallTime(nanoseconds: row["queued"]), group: GroupMembership(row),
            isHealthCheck: row["is_health_check"], retries: row["retries"],
            interruptions: row["interruptions"],
            tried: try (row["tried"] as String?).map { try JSONText.decode([String].self, from: $0) }.map {
                $0.map(BoardName.init(rawValue:))
            } ?? [],
            holdOnFailure: (row["hold_on_failure"] as Int64?).map { .nanoseconds($0) },
            schedule: row["schedule"])
    }

    static func fetch(_ id: JobID, _ db: Database) throws -> JobRecord? {
        // By a cursor: a copied row looks each column up by comparing all names.
        try Row.fetchCursor(
            try db.cachedStatement(sql: "SELECT * FROM jobs WHERE id = ?"), arguments: [id.rawValue]
        ).map { try JobRecord($0) }.next()
    }
}

extension GroupMembership {
    fileprivate init?(_ row: Row) {
        guard let group = row["group_id"] as Int64?, let role = row["group_role"] as String?,
            let place = row["group_place"] as Int?, let size = row["group_size"] as Int?
        else { return nil }
        self.init(
            group: JobID(rawValue: group), role: role, place: place, size: size, isEssential: row["is_essential"])
    }
}

/// The case a number or word in a column stands for.
///
/// - Throws: `bug` when it stands for none.
func known<Value: RawRepresentable>(_ raw: Value.RawValue, _ what: String) throws -> Value {
    guard let value = Value(rawValue: raw) else {
        throw Failure(.bug, "a stored \(what) is unknown: \(raw)", at: "database")
    }
    return value
}

extension JobQuery {
    /// The condition as SQL, with its arguments.
    var condition: (sql: String, arguments: StatementArguments) {
        var parts: [String] = []
        var arguments: StatementArguments = []
        func add(_ column: String, anyOf values: [any DatabaseValueConvertible]) {
            parts.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(values) ?? []
        }
        if let states { add("state", anyOf: states.map(\.rawValue)) }
        if let healths { add("health", anyOf: healths.map(\.rawValue)) }
        if let deviceType { add("device_type", anyOf: [deviceType.rawValue]) }
        if let board { add("board", anyOf: [board.rawValue]) }
        if let submitter { add("submitter", anyOf: [submitter]) }
        if let group { add("group_id", anyOf: [group.rawValue]) }
        if let schedule { add("schedule", anyOf: [schedule]) }
        return (parts.isEmpty ? "TRUE" : parts.joined(separator: " AND "), arguments)
    }
}
