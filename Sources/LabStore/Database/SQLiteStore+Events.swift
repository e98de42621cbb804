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
            var sql = "SELECT * FROM events WHERE sequence > ?"
            var arguments: StatementArguments = [sequence]
            if let job {
                sql += " AND job = ?"
                arguments += [job.rawValue]
            }
            return try Row.fetchAll(db, sql: sql + " ORDER BY sequence LIMIT ?", arguments: arguments + [limit])
                .map(LabEvent.init)
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
