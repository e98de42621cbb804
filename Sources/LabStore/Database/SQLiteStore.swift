import Foundation
import GRDB
public import LabModel

/// The lab's memory in one SQLite database: write-ahead log, synchronous FULL, one writer on a thread of its own,
/// reads beside it.
public final class SQLiteStore: Store {
    let pool: any GRDB.DatabaseWriter
    let writer: any WriteAccess
    let readers: any ReadAccess
    private let feed: EventFeed
    /// Nil for a database in memory, which nobody else can reach.
    private let lock: StoreLock?

    /// Opens the database at `path`, makes it if there is none, and brings it to the present form. Holds
    /// `<path>.lock` for as long as it lives.
    ///
    /// - Throws: `configuration` when another labd uses it, when a newer labd wrote it, or when it cannot be opened.
    public init(path: String, clock: any LabClock) throws(Failure) {
        do {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            lock = try StoreLock(path: path + ".lock")
            let pool = try Self.openPool(path)
            self.pool = pool
            feed = EventFeed(newest: try Self.newestEvent(pool))
            readers = DatabaseReaders(pool: pool)
            writer = DatabaseWriter(pool: pool, clock: clock, feed: feed)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .configuration, "the database cannot be opened: \(databaseFailure(error).message)", at: path,
                advice: "check that the state folder is writable and the file is labd's")
        }
    }

    /// Opens a database in memory. Every call is done when it returns, on the caller's thread: for simulations.
    public init(memory: MemoryDatabase, clock: any LabClock) throws(Failure) {
        do {
            pool = memory.queue
            feed = EventFeed(newest: try Self.newestEvent(memory.queue))
            let access = InlineAccess(queue: memory.queue, clock: clock, feed: feed)
            writer = access
            readers = access
            lock = nil
        } catch {
            throw databaseFailure(error)
        }
    }

    /// Ends the streams of events and moves the write-ahead log into the database file. The lock goes with the object.
    public func close() async throws(Failure) {
        feed.finish()
        try await writer.checkpoint()
    }

    public func beginEpoch() async throws(Failure) -> Epoch {
        let epoch = try await writer.write { context in
            try context.change("INSERT INTO epochs (began) VALUES (?)", [context.now.nanoseconds])
            return Epoch(rawValue: context.db.lastInsertedRowID)
        }
        lock?.record(epoch)
        return epoch
    }

    public func eventCommits() -> AsyncStream<Int64> {
        feed.subscribe()
    }

    private static func openPool(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "labd"
        configuration.busyMode = .timeout(5)
        let pool = try DatabasePool(path: path, configuration: configuration)
        let migrations = Migrations.all
        let isNewer = try pool.read { try migrations.hasBeenSuperseded($0) }
        guard !isNewer else {
            throw Failure(
                .configuration, "the database was written by a newer labd", at: path,
                advice: "run that version, or give this one a state folder of its own")
        }
        // GRDB sets NORMAL while it switches to the write-ahead log, after its hook for preparing a connection, so
        // FULL has to come afterwards or is lost.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try migrations.migrate(pool)
        return pool
    }

    private static func newestEvent(_ pool: any GRDB.DatabaseReader) throws -> Int64 {
        try pool.read { try Int64.fetchOne($0, sql: "SELECT MAX(sequence) FROM event_rows") ?? 0 }
    }
}
