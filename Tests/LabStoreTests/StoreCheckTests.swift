import Foundation
import GRDB
import LabModel
import Testing

@testable import LabStore

/// A sound database has no findings, and each contradiction has its own.
@Suite struct StoreCheckTests {
    let folder: TemporaryFolder
    let store: SQLiteStore
    private var path: String { folder.path + "/labd.db" }

    init() async throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        try await store.setBoards([.one])
        let epoch = try await store.beginEpoch()
        _ = try await store.submit(.sample("waits"))
        let job = try await store.submit(.sample("runs"))
        let lease = try #require(try await store.lease(.one, to: job, epoch: epoch))
        _ = try await store.start(lease)
        let ended = try await store.submit(.sample("ended"))
        _ = try await store.cancel(ended, by: "me", reason: nil)
        let intent = try await store.begin(
            PowerIntent(board: .one, target: .on, kind: .switch, job: job, reason: "test"))
        try await store.end(intent, state: .on, note: nil)
    }

    private func check(isServed: Bool = true) throws -> [StateFinding] {
        try StoreCheck(try StoreSnapshot(path: path), isServed: isServed).run().findings
    }

    /// Writes past the store, as only a mistake could.
    private func spoil(_ sql: String) async throws {
        try await store.writer.write { (context) -> Void in try context.db.execute(sql: sql) }
    }

    @Test func aSoundOneHasNoFindings() throws {
        #expect(try check() == [])
        let notes = try check(isServed: false)
        #expect(notes.map(\.severity) == [.note])
        #expect(notes.first?.message == "1 job ran when labd ended")
    }

    @Test(arguments: [
        ("UPDATE jobs SET ended = NULL WHERE id = 3", "job 3 has ended, and not when"),
        ("UPDATE jobs SET health = 0 WHERE id = 3", "job 3 has ended, and not how"),
        ("UPDATE jobs SET ended = 5 WHERE id = 1", "job 1 has not ended, and says when it did"),
        ("DELETE FROM job_texts WHERE job = 1", "job 1 has no text and no plan"),
        ("DELETE FROM leases", "job 2 holds a board, and there is no lease"),
        ("UPDATE jobs SET board = 'one' WHERE id = 1", "job 1 waits, and has a board already"),
        ("UPDATE leases SET job = 3", "job 3 has a lease, and does not run"),
        ("UPDATE jobs SET board = 'two' WHERE id = 2", "the lease of one and its job name different boards"),
        ("UPDATE boards SET state = 0", "one is leased, and idle"),
        ("UPDATE leases SET epoch = 0", "the lease of one is of an earlier life of labd"),
        (
            "UPDATE boards SET power = 'off'",
            "what is known of the power of one is not what its last change came to"
        ),
        ("UPDATE job_texts SET plan = '{}' WHERE job = 1", "the plan of job 1 cannot be read"),
        (
            """
            UPDATE jobs SET attempt = 0, group_id = 1, group_role = 'r', group_place = id - 1, group_size = 2
            WHERE id < 3
            """,
            "some jobs of the group of job 1 have boards, and others wait"
        ),
        (
            "UPDATE jobs SET group_id = 1, group_role = 'r', group_place = 0, group_size = 2 WHERE id = 1",
            "the group of job 1 is not whole"
        ),
    ])
    func aContradictionIsNamed(sql: String, message: String) async throws {
        try await spoil(sql)
        let findings = try check()
        #expect(findings.contains { $0.severity == .error && $0.message == message }, "\(findings.map(\.message))")
        #expect(findings.allSatisfy { $0.advice != nil })
    }

    /// As it is between the first job that goes back into the queue and the last.
    @Test func aGroupThatGoesBackIsNoContradiction() async throws {
        try await spoil(
            """
            UPDATE jobs SET attempt = 1, group_id = 1, group_role = 'r', group_place = id - 1, group_size = 2
            WHERE id < 3
            """)
        let findings = try check()
        #expect(findings.map(\.severity) == [.note], "\(findings.map(\.message))")
    }

    @Test func rowsThatBelongToNothingAreFound() async throws {
        let queue = try DatabaseQueue(path: path, configuration: Self.lax)
        try await queue.write { try $0.execute(sql: "DELETE FROM jobs WHERE id = 3") }
        try queue.close()
        #expect(try check().map(\.message) == ["1 rows of job_texts belong to no row of jobs"])
    }

    private static var lax: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        return configuration
    }

    @Test func aDamagedFileIsFound() async throws {
        try await store.close()
        let copy = folder.path + "/damaged.db"
        try StoreSnapshot(path: path).copy(to: copy)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy))
        // The page of some table, far behind the header.
        try file.seek(toOffset: 4096 * 12)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 2048))
        try file.close()
        let findings: [StateFinding]
        do {
            findings = try StoreCheck(try StoreSnapshot(path: copy), isServed: false).run().findings
        } catch {
            #expect(error.type != .bug)
            return
        }
        #expect(findings.contains { $0.subject == "database" && $0.severity == .error })
    }

    @Test func aCopyIsWholeWhileOthersWrite() async throws {
        let copy = folder.path + "/copy.db"
        let (path, store) = (path, store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 0..<200 { _ = try await store.submit(.sample("more-\(number)")) } }
            group.addTask {
                for round in 0..<5 {
                    let target = "\(copy)-\(round)"
                    try StoreSnapshot(path: path).copy(to: target)
                    let found = try StoreCheck(try StoreSnapshot(path: target), isServed: false).run().findings
                    #expect(found.allSatisfy { $0.severity == .note }, "\(found)")
                }
            }
            try await group.waitForAll()
        }
        let facts = try StoreSnapshot(path: path).facts()
        #expect(facts.jobs == 203 && facts.unfinishedJobs == 202 && facts.newestJob == 203)
        #expect(facts.migrations == Migrations.all.migrations)
    }

    @Test func aRestoredOneKnowsThatItKnowsLess() async throws {
        let copy = folder.path + "/restored.db"
        try StoreSnapshot(path: path).copy(to: copy)
        try RestoredStore(path: copy).age(at: WallTime(nanoseconds: 7))
        #expect(
            try StoreCheck(try StoreSnapshot(path: copy), isServed: false).run().findings.map(\.severity) == [.note])
        let restored = try SQLiteStore(path: copy, clock: SystemLabClock())
        #expect(try await restored.boards().map(\.power) == [.unknown])
        #expect(try await restored.unresolvedIntents().isEmpty, "no board is switched for it")
        #expect(try await restored.beginEpoch().rawValue == 1002)
    }
}
