import GRDB
public import LabModel

extension SQLiteStore {
    public func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 {
        try await writer.write { try $0.begin(intent) }
    }

    public func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        try await writer.write { try $0.end(intent, state: state, note: note) }
    }

    public func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure) {
        guard !intents.isEmpty else { return }
        try await writer.write { context in
            for intent in intents { try context.end(try context.begin(intent), state: state, note: nil) }
        }
    }

    public func unresolvedIntents() async throws(Failure) -> [PowerIntent] {
        try await readers.read { try Self.newestIntents("ended IS NULL", $0) }
    }

    public func boardsToldOn() async throws(Failure) -> Set<BoardName> {
        let condition = "ended IS NOT NULL AND target = 'on' AND power_journal.state = 'unknown'"
        return Set(try await readers.read { try Self.newestIntents(condition, $0) }.map(\.board))
    }

    /// The last intent of each board, of those that a condition is true of.
    private static func newestIntents(_ condition: String, _ db: Database) throws -> [PowerIntent] {
        try Row.fetchAll(
            db,
            // From board to board through the index: the journal holds every switch there ever was.
            sql: """
                WITH RECURSIVE names (board) AS (
                    SELECT MIN(board) FROM power_journal
                    UNION ALL
                    SELECT (SELECT MIN(board) FROM power_journal WHERE board > names.board) FROM names
                    WHERE board IS NOT NULL
                )
                SELECT power_journal.* FROM names JOIN power_journal
                    ON id = (SELECT MAX(id) FROM power_journal WHERE board = names.board)
                WHERE \(condition) ORDER BY names.board
                """
        ).map { try PowerIntent($0) }
    }
}

extension PowerIntent {
    /// What the end of this intent is called in events: an armed cut was fired, or given up with a note.
    fileprivate func endName(note: String?) -> String {
        switch kind {
        case .switch: kind.rawValue
        case .armed: note == nil ? "cut" : "disarmed"
        }
    }

    fileprivate init(_ row: Row) throws {
        self.init(
            board: BoardName(rawValue: row["board"]), target: try known(row["target"], "power target"),
            kind: try known(row["kind"], "kind of power intent"),
            job: (row["job"] as Int64?).map(JobID.init(rawValue:)), reason: row["reason"])
    }
}

extension WriteContext {
    fileprivate func begin(_ intent: PowerIntent) throws -> Int64 {
        try change(
            "INSERT INTO power_journal (board, target, kind, job, reason, began) VALUES (?, ?, ?, ?, ?, ?)",
            [
                intent.board.rawValue, intent.target.rawValue, intent.kind.rawValue, intent.job?.rawValue,
                intent.reason, now.nanoseconds,
            ])
        let number = db.lastInsertedRowID
        // Between the intent and its end nobody can say; an armed cut has not touched the line yet.
        if intent.kind == .switch { try setPower(.unknown, of: intent.board) }
        if intent.kind == .armed {
            let data: [String: DataValue] = [
                "target": .string(intent.target.rawValue), "kind": "armed", "reason": .string(intent.reason),
            ]
            try emit(.power, job: intent.job, board: intent.board, data)
        }
        return number
    }

    fileprivate func end(_ intent: Int64, state: PowerState, note: String?) throws {
        let open = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT * FROM power_journal WHERE id = ? AND ended IS NULL"),
            arguments: [intent])
        guard let open else { return }
        let entry = try PowerIntent(open)
        try change(
            "UPDATE power_journal SET ended = ?, state = ?, note = ? WHERE id = ?",
            [now.nanoseconds, state.rawValue, note, intent])
        let newest = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT MAX(id) FROM power_journal WHERE board = ?"),
            arguments: [entry.board.rawValue])
        // The end of an intent that a newer one replaced says nothing about the present.
        if newest == intent { try setPower(state, of: entry.board) }
        var data: [String: DataValue] = [
            "target": .string(entry.target.rawValue), "kind": .string(entry.endName(note: note)),
            "state": .string(state.rawValue), "reason": .string(entry.reason),
        ]
        data["note"] = note.map(DataValue.string)
        try emit(.power, job: entry.job, board: entry.board, data)
    }

    fileprivate func setPower(_ state: PowerState, of board: BoardName) throws {
        try change("UPDATE boards SET power = ? WHERE name = ?", [state.rawValue, board.rawValue])
    }
}
