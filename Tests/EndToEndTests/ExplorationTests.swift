import Foundation
import LabModel
import LabWire
import Testing

/// Power cuts explored on twins of a board, held against the known answers.
@Suite(.serialized) struct ExplorationTests {
    private static let isLong = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] != nil

    /// The rename of the textbook is bricked while the journal is written to its final place.
    @Test(.enabled(if: isLong, "a long one: make test-all; the demo's test has a short one"), .timeLimit(.minutes(15)))
    func theTextbookUpdateIsBrickedOnExt4() async throws {
        try await explore("textbook-ext4", models: nil) { daemon, rows in
            #expect(rows["textbook-ext4-prefix-copy"]?.result == "pass")
            #expect(rows["textbook-ext4-prefix-flip"]?.result == "fail")
            let whole = try #require(rows["textbook-ext4"])
            #expect(whole.result == "fail")
            #expect(whole.metadata["smallest_failing_verdict"]?.string == "bootloader")
            #expect(whole.metadata["cause"]?.string?.contains("\"boot.scr\" names inode") == true)
            #expect(whole.metadata["recheck_wrong"]?.integer == 0)
            #expect((whole.metadata["recheck_booted"]?.integer ?? 0) >= 10)
            let page = try await daemon.ctl(["powercut", "report", "1"])
            #expect(page.status == 0, "\(page.errors)")
            #expect(page.output.contains("It can be bricked."))
            #expect(page.output.contains("Failed to load"))
            let cases = try await daemon.ctl(["powercut", "report", "1", "--form", "junit"])
            #expect(cases.output.contains("<failure message="))
            let failing = try #require(whole.metadata["smallest_failing_state"]?.string)
            try await CrashStateChecks(daemon: daemon, job: 1, failing: failing).run()
        }
    }

    /// Without a flush in between, what was written in order may still arrive in another.
    @Test(.enabled(if: isLong, "a long one: make test-all"), .timeLimit(.minutes(15)))
    func theCarelessUpdateOnFATFailsOnlyWhereWritesAreLost() async throws {
        try await explore("careless-fat", models: nil) { _, rows in
            for (name, row) in rows where name.contains("-prefix-") || name.contains("-torn-") {
                #expect(row.result == "pass", "\(name)")
            }
            #expect(rows["careless-fat-subsets-flip"]?.result == "fail")
            #expect(rows["careless-fat"]?.metadata["recheck_wrong"]?.integer == 0)
        }
    }

    /// - Parameter models: instead of the example's own.
    private func explore(
        _ example: String, models: String?,
        _ check: @escaping @Sendable (Daemon, [String: ResultInfo]) async throws -> Void
    ) async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        var text = try String(
            contentsOfFile: Programs.checkout + "/examples/powercut/\(example).yaml", encoding: .utf8)
        if let models {
            text = text.replacing("models: [prefix, torn, subsets]", with: "models: [\(models)]")
        }
        let file = state + "-\(example).yaml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Daemon.with(state: state) { daemon in
            let id = try await daemon.submit(file)
            let (job, results) = try await daemon.ending(of: id)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            let rows = results.results.filter { $0.suite == "power-cut" }
            try await check(daemon, Dictionary(rows.map { ($0.name, $0) }) { first, _ in first })
        }
        #expect(processes(ownedBy: state).isEmpty)
    }
}
