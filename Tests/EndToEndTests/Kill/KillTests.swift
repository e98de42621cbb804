import Foundation
import GRDB
import Testing

/// The real labd under attack: killed at random moments while people submit jobs, on a disk that fills up, with a clock
/// that is stepped and a database that others lock. `LABD_TEST_SEED` repeats a run's plan; `LABD_TEST_ALL` makes it the
/// long one.
@Suite(.serialized) struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test(.timeLimit(.minutes(20))) func nothingAcknowledgedIsLostOnFailingGround() async throws {
        let isLong = Self.environment["LABD_TEST_ALL"] != nil || Self.environment["LABD_TEST_KILL"] != nil
        let seed = Self.environment["LABD_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        print("kill test: seed \(seed) (LABD_TEST_SEED=\(seed) repeats its plan)")
        try await KillGround.with(size: isLong ? 1536 : 512) { ground in
            let run = try KillRun(ground: ground, seed: seed, isLong: isLong)
            print(try await run.run())
            if !ground.canFillDisk { print("kill test: no disk of its own without root: it was never full") }
            try ground.withCopy { try Self.expectThatTheAuditFinds(in: $0) }
        }
    }

    /// An audit that finds nothing proves something only if it would have found it: each of these is planted in a copy.
    private static func expectThatTheAuditFinds(in database: String) throws {
        let whole = try LabAudit(database: database)
        let job = try #require(whole.jobs.last { $0.health == 1 && !$0.name.hasPrefix("virt-") })
        let names = Dictionary(uniqueKeysWithValues: whole.jobs.map { ($0.id, $0.name) })
        let id = job.id
        let named = "case_id IN (SELECT id FROM cases WHERE name LIKE"
        for (sql, words) in [
            ("UPDATE jobs SET name = 'other' WHERE id = \(id)", "was acknowledged; stored is other"),
            ("UPDATE jobs SET state = 3 WHERE id = \(id)", "has no end"),
            ("UPDATE jobs SET attempt = 9 WHERE id = \(id)", "has run 9 times"),
            ("UPDATE jobs SET name = '\(names[whole.jobs[0].id] ?? "")' WHERE id = \(id)", "is there twice"),
            ("UPDATE jobs SET health = 0 WHERE id = \(id)", "ended with health 0"),
            ("DELETE FROM job_texts WHERE job = \(id)", "has no text"),
            ("DELETE FROM result_rows WHERE job = \(id) AND \(named) '%-2')", "job \(id) \(job.name), run"),
            (
                """
                INSERT INTO result_rows (job, attempt, case_id, result, metadata, logged)
                    SELECT job, attempt, case_id, result, metadata, logged FROM result_rows
                    WHERE job = \(id) AND \(named) '%-1')
                """, "job \(id) \(job.name), run"
            ),
            ("UPDATE result_rows SET result = 1 WHERE job = \(id) AND \(named) '%-1')", "results of"),
            (
                """
                INSERT INTO event_rows (at, job, board, kind, data) SELECT at, job, board, kind, data FROM event_rows
                    WHERE job = \(id) AND kind = 'job.finished'
                """, "has ended 2 times"
            ),
            ("UPDATE boards SET power = 'on' WHERE name = 'sim-1'", "sim-1 is not at rest"),
            (
                """
                INSERT INTO power_journal (board, target, kind, reason, began) VALUES ('sim-1', 'on', 'switch', '', 0)
                """, "sim-1 has a power change without an end"
            ),
            (
                "INSERT INTO leases (board, job, generation, epoch, granted) VALUES ('sim-1', \(id), 1, 1, 1)",
                "sim-1 is leased to job \(id) still"
            ),
            (
                """
                INSERT INTO leases (board, generation, epoch, granted, id, holder, purpose, expires)
                    VALUES ('sim-1', 1, 1, 1, 1, 'ann', 'work', 1)
                """, "sim-1 is leased to ann still"
            ),
        ] {
            let copy = database + ".planted"
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) } }
            let queue = try DatabaseQueue(path: database)
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
            try queue.close()
            let planted = try DatabaseQueue(path: copy)
            try planted.write { try $0.execute(sql: sql) }
            try planted.close()
            let faults = try LabAudit(database: copy)
                .faultsAtTheEnd(acknowledged: names, runs: KillLab.runs, cases: KillLab.cases(of:))
            #expect(faults.contains { $0.contains(words) }, "\(sql): \(faults)")
        }
        let powered = whole.faults(running: ["host-1"], visible: [])
        #expect(powered.contains("host-1 has power and no owner"), "\(powered)")
    }
}
