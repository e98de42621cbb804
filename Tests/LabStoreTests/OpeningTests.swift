import Foundation
import GRDB
import LabModel
import Testing

@testable import LabStore

@Suite struct OpeningTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func acknowledgedWritesAreSynchronous() async throws {
        let store = try folder.store()
        let synchronous = try await store.writer.write { try Int.fetchOne($0.db, sql: "PRAGMA synchronous") }
        let mode = try await store.writer.write { try String.fetchOne($0.db, sql: "PRAGMA journal_mode") }
        #expect(synchronous == 2, "2 is FULL")
        #expect(mode == "wal")
    }

    @Test func anEmptyDatabaseGetsEveryTable() async throws {
        let store = try folder.store()
        let lax = try await store.readers.read { db in
            try String.fetchAll(
                db, sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict")
        }
        let own = lax.filter { !$0.hasPrefix("sqlite_") && $0 != "grdb_migrations" }
        #expect(own.isEmpty, "every table of ours is strict")
        #expect(try await store.boards().isEmpty)
        #expect(try await store.events(after: 0, job: nil, limit: 10).isEmpty)
    }

    @Test func aReopenedDatabaseRemembers() async throws {
        var store: SQLiteStore? = try folder.store()
        let epoch = try #require(try await store?.beginEpoch())
        try await store?.setBoards([.one])
        let job = try #require(try await store?.submit(.sample("kept")))
        try await store?.close()
        store = nil

        let again = try folder.store()
        #expect(try await again.beginEpoch() > epoch)
        #expect(try await again.job(job)?.name == "kept")
        #expect(try await again.plan(of: job) == NewJob.sample("kept").plan)
        #expect(try await again.boards().map(\.name) == [.one])
        let next = try await again.submit(.sample())
        #expect(next > job)
    }

    @Test func jobsOfAnOlderDatabaseWereQueuedWhenTheyWereSubmitted() async throws {
        let pool = try DatabasePool(path: folder.path + "/labd.db")
        try Migrations.all.migrate(pool, upTo: "0001 jobs, boards, results, power, events")
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO jobs (name, submitter, priority, tags, state, health, submitted)
                    VALUES ('old', 'me', 50, '[]', 0, 0, 42)
                    """)
        }
        try pool.close()
        let job = try #require(try await folder.store().queue().first)
        #expect(job.name == "old" && job.queued == WallTime(nanoseconds: 42))
    }

    @Test func aSecondDaemonIsRefused() async throws {
        let store = try folder.store()
        let failure = #expect(throws: Failure.self) { try folder.store() }
        #expect(failure?.type == .configuration)
        #expect(failure?.message == "another labd (process \(getpid())) uses this state folder")
        #expect(try await store.beginEpoch().rawValue == 1)
        let text = try String(contentsOfFile: folder.path + "/labd.db.lock", encoding: .utf8)
        #expect(text == "\(getpid()) 1\n")
    }

    @Test func theLockEndsWithTheStore() async throws {
        try await folder.store().close()
        _ = try folder.store()
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        var store: SQLiteStore? = try folder.store()
        try await store?.writer.write { context in
            try context.db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999 from the future')")
        }
        store = nil
        let failure = #expect(throws: Failure.self) { try folder.store() }
        #expect(failure?.type == .configuration)
        #expect(failure?.message == "the database was written by a newer labd")
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        try Data(repeating: 7, count: 4096).write(to: URL(fileURLWithPath: folder.path + "/labd.db"))
        let failure = #expect(throws: Failure.self) { try folder.store() }
        #expect(failure?.type == .configuration)
    }
}
