import GRDB
public import LabModel

extension SQLiteStore {
    public func append(_ events: [NewEvent]) async throws(Failure) {
        guard !events.isEmpty else { return }
        try await writer.write { context in
            for event in events {
                try context.emit(
                    event.kind, job: event.job, board: event.board, event.data.map ?? ["value": event.data])
            }
        }
    }

    public func events(after sequence: Int64, job: JobID?, limit: Int) async throws(Failure) -> [LabEvent] {
        let limit = min(max(limit, 1), 10_000)
        return try await readers.read { db in
            var sql = "SELECT * FROM event_rows WHERE sequence > ?"
            var arguments: StatementArguments = [sequence]
            if let job {
                sql += " AND job = ?"
                arguments += [job.rawValue]
            }
            let rows = try Row.fetchCursor(
                try db.cachedStatement(sql: sql + " ORDER BY sequence"), arguments: arguments)
            var events: [LabEvent] = []
            while events.count < limit, let row = try rows.next() {
                if row["span"] as Int64 == 0 {
                    events.append(try LabEvent(row))
                } else {
                    events += try Self.results(of: row, after: sequence, limit: limit - events.count, db)
                }
            }
            return events
        }
    }

    /// The events that one row stands for.
    private static func results(
        of row: Row, after sequence: Int64, limit: Int, _ db: Database
    ) throws -> [LabEvent] {
        let (last, span): (Int64, Int64) = (row["sequence"], row["span"])
        let at = WallTime(nanoseconds: row["at"])
        let statement = try db.cachedStatement(
            sql: """
                SELECT result_rows.id, job, suite, test_set, cases.name AS name, result, measurement, units, logged,
                    NULL AS metadata
                FROM result_rows JOIN cases ON cases.id = case_id
                WHERE result_rows.id BETWEEN ? AND ? ORDER BY result_rows.id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [max(sequence, last - span) + 1, last, limit]).map { result in
            LabEvent(
                sequence: result["id"], at: at, job: JobID(rawValue: result["job"]), board: nil, kind: .result,
                data: .map(try ResultRecord(result).eventData))
        }
    }
}

extension LabEvent {
    fileprivate init(_ row: Row) throws {
        let kind: String = row["kind"]
        guard let kind = Kind(rawValue: kind) else {
            throw Failure(.bug, "a stored event has the unknown kind `\(kind)`", at: "database")
        }
        self.init(
            sequence: row["sequence"], at: WallTime(nanoseconds: row["at"]),
            job: (row["job"] as Int64?).map(JobID.init(rawValue:)),
            board: (row["board"] as String?).map(BoardName.init(rawValue:)), kind: kind,
            data: try JSONText.decode(DataValue.self, from: row["data"]))
    }
}
