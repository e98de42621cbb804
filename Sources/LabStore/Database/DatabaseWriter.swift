import GRDB
import LabModel
import Synchronization

/// The one writer of the database, on a thread of its own. Callers that wait at the same time share a transaction,
/// and with it the price of making it durable; each returns only after the commit.
actor DatabaseWriter {
    /// Bounds how long one transaction keeps the first of its callers waiting.
    private static let batchLimit = 256

    nonisolated let thread = BlockingThread(name: "labd-store")
    private nonisolated let pending = Mutex<[any PendingCommit]>([])
    private let pool: DatabasePool
    private let clock: any LabClock
    private let feed: EventFeed
    private let cases = CaseNumbers()

    /// Transactions so far.
    private(set) var transactions = 0

    /// Writes whose turn has not come.
    nonisolated var waiting: Int { pending.withLock { $0.count } }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(pool: DatabasePool, clock: any LabClock, feed: EventFeed) {
        self.pool = pool
        self.clock = clock
        self.feed = feed
    }

    /// Runs `body` in a transaction, alone or with others, and returns once it is durable.
    nonisolated func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws(Failure) -> Value {
        let write = PendingWrite(body)
        pending.withLock { $0.append(write) }
        // By the time our turn comes, an earlier caller's turn may have committed this write with its own; and when
        // very many wait, one turn may not get to it.
        while !write.isDone { await commitPending() }
        return try write.value()
    }

    /// Moves the write-ahead log into the database file, as far as readers allow.
    func checkpoint() throws(Failure) {
        do {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
        } catch {
            throw databaseFailure(error)
        }
    }

    private func commitPending() {
        let batch = pending.withLock { pending in
            defer { pending.removeFirst(min(pending.count, Self.batchLimit)) }
            return Array(pending.prefix(Self.batchLimit))
        }
        guard !batch.isEmpty else { return }
        do {
            let newest = try commit(batch)
            for write in batch { write.confirm() }
            feed.publish(newest)
        } catch {
            cases.forget()
            let failure = databaseFailure(error)
            for write in batch { write.fail(failure) }
        }
    }

    /// - Returns: the newest event's number.
    private func commit(_ batch: [any PendingCommit]) throws -> Int64 {
        transactions += 1
        let now = clock.wall()
        return try pool.writeWithoutTransaction { db in
            let context = WriteContext(db: db, now: now, cases: cases)
            var newest: Int64 = 0
            try db.inTransaction(.immediate) {
                if batch.count == 1 {
                    // Its failure is the transaction's.
                    try batch[0].apply(context)
                } else {
                    for write in batch { try apply(write, context) }
                }
                newest =
                    try Int64.fetchOne(
                        try db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event_rows'")) ?? 0
                return .commit
            }
            return newest
        }
    }

    private func apply(_ write: any PendingCommit, _ context: WriteContext) throws {
        do {
            try context.db.inSavepoint {
                try write.apply(context)
                return .commit
            }
        } catch {
            // A full disk makes SQLite give up the whole transaction, and then nobody's write is in it.
            guard context.db.isInsideTransaction else { throw error }
            cases.forget()
            write.fail(databaseFailure(error))
        }
    }
}

/// What people are told about an error of the database. A `Failure` stays as it is.
func databaseFailure(_ error: any Error) -> Failure {
    if let failure = error as? Failure { return failure }
    guard let error = error as? DatabaseError else {
        return Failure(.bug, "the database call failed: \(error)", at: "database")
    }
    let message = error.message ?? "no details"
    return switch error.resultCode {
    case .SQLITE_FULL:
        Failure(
            .infrastructure, "the disk is full: \(message)", at: "database", advice: "free space for the state folder")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
        Failure(
            .infrastructure, "the database is locked by another program", at: "database",
            advice: "close what has the file open, such as an sqlite3 shell inside a transaction")
    case .SQLITE_CONSTRAINT:
        Failure(.bug, "the database refused a change: \(message)", at: "database")
    default:
        Failure(
            .infrastructure, "the database failed: \(message) (SQLite \(error.extendedResultCode.rawValue))",
            at: "database")
    }
}
