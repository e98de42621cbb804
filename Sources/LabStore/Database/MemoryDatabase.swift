import GRDB
public import LabModel
import Synchronization

/// A database in memory, in the present form. It outlives the stores that are opened on it, as a file outlives the
/// processes that open it.
public final class MemoryDatabase: Sendable {
    let queue: DatabaseQueue
    private let isFull = Mutex(false)

    /// Migrated once in a process; every other database is a copy.
    private static let pattern = Mutex<DatabaseQueue?>(nil)

    public init() throws(Failure) {
        do {
            let pattern = try Self.pattern.withLock { pattern in
                if let pattern { return pattern }
                let first = try DatabaseQueue()
                try Migrations.all.migrate(first)
                pattern = first
                return first
            }
            queue = try DatabaseQueue()
            try pattern.backup(to: queue)
        } catch {
            throw databaseFailure(error)
        }
    }

    /// As on a full disk: from now on SQLite refuses what would need more space, until there is some again.
    public func setFull(_ full: Bool) throws(Failure) {
        guard isFull.withLock({ $0 != full }) else { return }
        do {
            try queue.writeWithoutTransaction { db in
                let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                let limit = full ? pages : Int64(Int32.max)
                _ = try Int64.fetchOne(db, sql: "PRAGMA max_page_count = \(limit)")
            }
        } catch {
            throw databaseFailure(error)
        }
        isFull.withLock { $0 = full }
    }
}
