import Foundation
import Testing

/// The updaters of `examples/powercut`, explored and held against the known answers. They take minutes to hours, so they
/// run by `scripts/test-powercut` alone.
enum Zoo {
    private static let environment = ProcessInfo.processInfo.environment

    /// The quick members are asked for.
    static let runsQuick = environment["LABD_TEST_ZOO"] != nil
    /// All members are asked for.
    static let runsAll = environment["LABD_TEST_ZOO"] == "all"
    /// Each is recorded so many times: no two recordings of an update need to write in the same order.
    static let recordings = max(1, environment["LABD_TEST_RECORDINGS"].flatMap(Int.init) ?? 1)

    /// Runs the job `example`, each time in a lab of its own, and checks what holds for every campaign; `check` looks at
    /// the rest.
    static func explore(
        _ example: String, limit: Duration = .seconds(7200), _ check: @escaping @Sendable (ZooReport) throws -> Void
    ) async throws {
        for recording in 1...recordings {
            let state = try temporaryFolder()
            defer { try? FileManager.default.removeItem(atPath: state) }
            let report = try await Daemon.with(state: state) { daemon in
                let file = Programs.checkout + "/examples/powercut/\(example).yaml"
                let job = try await Programs.run(
                    Programs.lablctl, ["--server", daemon.server, "submit", "--wait", file], limit: limit)
                #expect(job.output.contains("job 1: Complete"), "\(example): \(job.output)\(job.errors)")
                let text = try await daemon.ctl(["powercut", "report", "1", "--form", "json"])
                return try JSONDecoder().decode(ZooReport.self, from: Data(text.output.utf8))
            }
            #expect(processes(ownedBy: state).isEmpty)
            print("zoo: \(example), recording \(recording) of \(recordings): \(report.line)")
            print("zoo:   \(report.ranges(of: "prefix").map { "\($0.verdict) from \($0.id)" }.joined(separator: ", "))")
            let name = Comment(rawValue: "\(example), recording \(recording): \(report.line)")
            #expect(report.isSound, name)
            #expect(report.recheck.wrong.isEmpty, name)
            #expect(report.recheck.rebooted >= min(10, report.recheck.candidates), name)
            #expect(report.end == "completed", name)
            #expect(report.states.allSatisfy { $0.verdict != "undecided" }, name)
            try check(report)
        }
    }
}
