import Foundation
import LabWire
import Testing

/// Boards that never get to their prompt: each ends its job in time, with the class and the words that fit.
@Suite(.serialized) struct DeadBoardTests {
    struct Case: Sendable {
        var tag: String
        var options: String
        /// How the failure begins, or what it contains.
        var type: String
        var says: String
    }

    static let cases = [
        Case(tag: "silent", options: "{damage: {silent: true}}", type: "Job", says: "the console was silent"),
        Case(
            tag: "loop",
            options: "{boot: [U-Boot SPL 2023.01, Linux version 6.1, init], faults: [{kind: reboot, at: init}]}",
            type: "Job", says: "the boot failed: 'U-Boot SPL 2023"),
        Case(
            tag: "early-loop",
            options: "{boot: [U-Boot SPL 2023.01, Starting kernel], faults: [{kind: reboot, at: Starting*}]}",
            type: "Job", says: "waited for 'Linux version"),
        Case(
            tag: "panic", options: "{boot: [Linux version 6.1, mounting], faults: [{kind: panic, at: mounting}]}",
            type: "Job", says: "Kernel panic - not syncing"),
        Case(
            tag: "stuck", options: "{boot: [U-Boot 2023.01, '=> '], faults: [{kind: hang, at: '=> '}]}",
            type: "Job", says: "the last line was '=>"),
        Case(
            tag: "gone", options: "{boot: [Linux version 6.1, dying], faults: [{kind: off, at: dying}]}",
            type: "Infrastructure", says: "the board lost its power in the middle of the job: it went off by itself"),
    ]

    @Test func aBoardThatNeverBootsEndsItsJobInTime() async throws {
        try await HostileLab.with(Self.cases.map { ($0.tag, $0.options) }) { lab in
            var jobs: [(Case, Int64)] = []
            for hostile in Self.cases {
                let job = HostileJob(tag: hostile.tag, boot: 3, blocks: [])
                jobs.append((hostile, try await lab.submit(job.text)))
            }
            for (hostile, id) in jobs {
                let ending = try await lab.ending(id)
                print("hostile: \(hostile.tag): \(ending.failure)")
                #expect(ending.job.health == "Incomplete", "\(hostile.tag)")
                #expect(ending.job.failure?.type == hostile.type, "\(hostile.tag): \(ending.failure)")
                #expect(ending.job.failure?.message.contains(hostile.says) == true, "\(hostile.tag): \(ending.failure)")
                #expect(ending.results.contains { $0.name == "auto-login-action" && $0.result == "fail" })
                #expect(ending.results.contains { $0.name == "job" && $0.result == "fail" })
            }
        }
    }
}
