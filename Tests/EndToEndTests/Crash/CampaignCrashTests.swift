import Foundation
import LabModel
import LabWire
import Subprocess
import Testing

/// Explorations of power cuts that are interrupted themselves.
@Suite(.serialized) struct CampaignCrashTests {
    private static let isLong = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] != nil

    @Test(.enabled(if: isLong, "a long one: make test-all"), .timeLimit(.minutes(15)))
    func aKilledCampaignGoesOnAndRepeatsNoBoot() async throws {
        let state = try temporaryFolder()
        let file = state + "-prefix.yaml"
        defer { for path in [state, file] { try? FileManager.default.removeItem(atPath: path) } }
        try String(contentsOfFile: Programs.checkout + "/examples/powercut/textbook-ext4.yaml", encoding: .utf8)
            .replacing("models: [prefix, torn, subsets]", with: "models: [prefix]")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let folder = state + "/powercut/1-0"
        let before = try await Daemon.with(state: state) { daemon in
            let id = try await daemon.submit(file)
            #expect(id == 1)
            try await journal(of: folder, reaches: 3)
            // A machine that dies is the lab's trouble, not the update's.
            let machine = try #require(processes(ownedBy: state).first { isMachine($0) })
            kill(machine, SIGKILL)
            try await journal(of: folder, reaches: 8)
            kill(daemon.process.value, SIGKILL)
            return CampaignEntries(folder)
        }
        for _ in 0..<100 where !processes(ownedBy: state).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(processes(ownedBy: state).isEmpty)

        try await Daemon.with(state: state) { daemon in
            let (job, results) = try await daemon.ending(of: 1)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            #expect(job.attempt == 2)
            let whole = try #require(results.results.first { $0.name == "textbook-ext4" })
            #expect(whole.metadata["smallest_failing_verdict"]?.string == "bootloader")
            #expect(whole.metadata["recheck_wrong"]?.integer == 0)
            #expect(whole.metadata["end"]?.string == "completed")
            let after = CampaignEntries(folder)
            #expect(after.entries.starts(with: before.entries), "what was booted before is kept")
            #expect(whole.metadata["boots"]?.integer == Int64(after.entries.count), "every boot is counted once")

            try await expectRefusal(of: daemon, folder: folder, saying: "in the middle of record") { trace in
                trace.removeLast(trace.count / 3)
            }
            try await expectRefusal(of: daemon, folder: folder, saying: "altered") { trace in
                trace[trace.count / 2] ^= 1
            }
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// A recording that is not as it was written gives an error, and no verdict.
    private func expectRefusal(
        of daemon: Daemon, folder: String, saying words: String, change: (inout Data) -> Void
    ) async throws {
        let path = folder + "/update.trace"
        let whole = try Data(contentsOf: URL(filePath: path))
        var other = whole
        change(&other)
        try other.write(to: URL(filePath: path))
        let outcome = try await daemon.ctl(["powercut", "boot", "1", "w68"])
        #expect(outcome.status > 1, "\(outcome.output)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!outcome.output.contains("verdict"))
        try whole.write(to: URL(filePath: path))
    }

    private func journal(of folder: String, reaches count: Int) async throws {
        for _ in 0..<3000 where CampaignEntries(folder).entries.count < count {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(CampaignEntries(folder).entries.count >= count)
    }
}
