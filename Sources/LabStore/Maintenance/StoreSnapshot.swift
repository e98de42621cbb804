import Foundation
import GRDB
public import LabModel

/// One consistent state of a lab's database, read from beside whoever writes to it. Nothing is locked out: readers and
/// the writer of a write-ahead log do not wait for each other.
public final class StoreSnapshot: Sendable {
    let path: String
    private let queue: DatabaseQueue

    /// Opens the database for reading.
    ///
    /// - Throws: `configuration` when there is none, or a newer labd wrote it.
    public init(path: String) throws(Failure) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .configuration, "there is no database", at: path, advice: "name the state folder with --state")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "labd-maintenance"
            configuration.busyMode = .timeout(30)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let isNewer = try queue.read { try Migrations.all.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw Failure(.configuration, "the database was written by a newer labd", at: path)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .configuration, "the database cannot be read: \(databaseFailure(error).message)", at: path,
                advice: "check that the file is labd's; `labd restore` brings a backup back")
        }
    }

    /// Copies the database to a new file, all of it as it was at one moment.
    ///
    /// - Throws: `infrastructure`.
    public func copy(to target: String) throws(Failure) {
        try run { queue in
            let copy = try DatabaseQueue(path: target)
            try queue.backup(to: copy)
            try copy.close()
        }
    }

    /// What a manifest says of the database.
    public struct Facts: Hashable, Sendable, Codable {
        public var epoch: Int64
        public var jobs: Int
        public var unfinishedJobs: Int
        public var results: Int
        public var newestJob: Int64
        public var newestEvent: Int64
        /// The forms the database went through.
        public var migrations: [String]
    }

    public func facts() throws(Failure) -> Facts {
        try run { queue in
            try queue.read { db in
                let number = { (sql: String) in try Int64.fetchOne(db, sql: sql) ?? 0 }
                return Facts(
                    epoch: try number("SELECT MAX(epoch) FROM epochs"),
                    jobs: Int(try number("SELECT COUNT(*) FROM jobs")),
                    unfinishedJobs: Int(
                        try number("SELECT COUNT(*) FROM jobs WHERE state <> \(JobState.finished.rawValue)")),
                    results: Int(try number("SELECT COUNT(*) FROM results")),
                    newestJob: try number("SELECT MAX(id) FROM jobs"),
                    newestEvent: try number("SELECT MAX(sequence) FROM events"),
                    migrations: try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid"))
            }
        }
    }

    /// Those of `jobs` that the database has.
    public func known(among jobs: Set<JobID>) throws(Failure) -> Set<JobID> {
        try run { queue in
            Set(try queue.read { try Int64.fetchAll($0, sql: "SELECT id FROM jobs") }.map(JobID.init(rawValue:)))
                .intersection(jobs)
        }
    }

    /// Runs `body`; errors of the database become failures.
    func run<Value>(_ body: (DatabaseQueue) throws -> Value) throws(Failure) -> Value {
        do {
            return try body(queue)
        } catch {
            throw databaseFailure(error).placed(at: path)
        }
    }
}

/// A database that was brought back from a backup, before labd starts on it.
public struct RestoredStore {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// How far the number of starts jumps: machines that a later life of the lost labd left behind are told from ours
    /// by it.
    private static let epochs = 1000

    /// Takes back what the backup cannot know: nobody can say any more whether boards have power, and the lost labd
    /// may have been started again since.
    ///
    /// - Throws: `infrastructure`.
    public func age(at now: WallTime) throws(Failure) {
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.write { db in
                try db.execute(sql: "UPDATE sqlite_sequence SET seq = seq + \(Self.epochs) WHERE name = 'epochs'")
                // An entry whose end says `unknown`: no board is switched for it at the next start.
                try db.execute(
                    sql: """
                        INSERT INTO power_journal (board, target, kind, job, reason, began, ended, state, note)
                        SELECT name, 'off', 'switch', NULL, 'restored from a backup', ?1, ?1, 'unknown', 'not switched'
                        FROM boards WHERE name NOT IN (
                            SELECT board FROM power_journal AS open WHERE ended IS NULL
                                AND id = (SELECT MAX(id) FROM power_journal WHERE board = open.board))
                        """, arguments: [now.nanoseconds])
                try db.execute(sql: "UPDATE boards SET power = 'unknown'")
            }
            try queue.close()
        } catch {
            throw databaseFailure(error).placed(at: path)
        }
    }
}
