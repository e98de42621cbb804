import GRDB
import LabModel

/// Calls to a database in memory that run at once, on the caller's thread, each write a transaction of its own: what a
/// simulation needs, which has one thread and decides itself who comes next.
final class InlineAccess: WriteAccess, ReadAccess {
    private let queue: DatabaseQueue
    private let clock: any LabClock
    private let feed: EventFeed

    init(queue: DatabaseQueue, clock: any LabClock, feed: EventFeed) {
        self.queue = queue
        self.clock = clock
        self.feed = feed
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws(Failure) -> Value {
        let write = PendingWrite(body)
        do {
            feed.publish(try commit(write))
        } catch {
            throw databaseFailure(error)
        }
        write.confirm()
        return try write.value()
    }

    /// - Returns: the newest event's number.
    private func commit(_ write: any PendingCommit) throws -> Int64 {
        let now = clock.wall()
        return try queue.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try write.apply(WriteContext(db: db, now: now, cases: CaseNumbers()))
                return .commit
            }
            return try newestEvent(db)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value {
        try readAtOnce(body)
    }

    private func readAtOnce<Value>(_ body: (Database) throws -> Value) throws(Failure) -> Value {
        do {
            return try queue.unsafeRead(body)
        } catch {
            throw databaseFailure(error)
        }
    }

    func checkpoint() async throws(Failure) {}
}

/// The number of the newest event there ever was.
func newestEvent(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(try db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event_rows'")) ?? 0
}
