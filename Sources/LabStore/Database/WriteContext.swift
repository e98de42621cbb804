import GRDB
import LabModel

/// One write on its way: the connection inside its transaction, and the one moment that all of it happens at.
struct WriteContext {
    let db: Database
    let now: WallTime

    /// Adds an event to the same transaction.
    func emit(
        _ kind: LabEvent.Kind, job: JobID? = nil, board: BoardName? = nil, _ data: [String: DataValue] = [:]
    ) throws {
        try change(
            "INSERT INTO events (at, job, board, kind, data) VALUES (?, ?, ?, ?, ?)",
            [now.nanoseconds, job?.rawValue, board?.rawValue, kind.rawValue, try JSONText.encode(data)])
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
