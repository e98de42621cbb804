import GRDB
import LabModel

/// One write on its way: the connection inside its transaction, and the one moment that all of it happens at.
struct WriteContext {
    let db: Database
    let now: WallTime
    let cases: CaseNumbers

    /// Adds an event to the same transaction.
    func emit(
        _ kind: LabEvent.Kind, job: JobID? = nil, board: BoardName? = nil, _ data: [String: DataValue] = [:]
    ) throws {
        let statement = try BareStatement(
            db, "INSERT INTO event_rows (at, job, board, kind, data) VALUES (?, ?, ?, ?, ?)")
        statement.bind(1, now.nanoseconds)
        statement.bind(2, job?.rawValue)
        statement.bind(3, board?.rawValue)
        statement.bind(4, kind.rawValue)
        statement.bind(5, try JSONText.encode(data))
        try statement.run()
        switch kind {
        case .jobFinished, .jobInterrupted:
            if let job, let board {
                try endRun(db.lastInsertedRowID, of: job, on: board, isInterrupted: kind == .jobInterrupted, data)
            }
        default: break
        }
    }

    /// Runs a statement that is expected to change rows. It is prepared once and kept.
    ///
    /// - Returns: whether it changed any.
    @discardableResult
    func change(_ sql: String, _ arguments: StatementArguments) throws -> Bool {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
        return db.changesCount > 0
    }
}
