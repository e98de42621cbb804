import Foundation
import LabModel
import LabWire
import Testing

/// An exploration of power cuts whose disk fills up.
@Suite(.serialized) struct CampaignDiskTests {
    private static let runs = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] != nil && FullDiskTests.canMount

    @Test(.enabled(if: runs, "a long one, and only root can mount: make test-all"), .timeLimit(.minutes(15)))
    func aCampaignOnAFullDiskSaysSoAndIsTakenUpAgain() async throws {
        let state = try temporaryFolder()
        let (first, again) = (state + "-first.yaml", state + "-again.yaml")
        defer {
            for path in [state, state + ".sock", first, again] { try? FileManager.default.removeItem(atPath: path) }
        }
        let text = try String(
            contentsOfFile: Programs.checkout + "/examples/powercut/textbook-ext4.yaml", encoding: .utf8
        ).replacing("models: [prefix, torn, subsets]", with: "models: [prefix]")
        try text.write(toFile: first, atomically: true, encoding: .utf8)
        try text.replacing("on: virtual", with: "on: virtual\n    trace: {job: 1}")
            .write(toFile: again, atomically: true, encoding: .utf8)
        try await Daemon.with(state: state, disk: 2048) { daemon in
            let folder = daemon.files + "/powercut/1-0"
            #expect(try await daemon.submit(first) == 1)
            for _ in 0..<3000 where CampaignEntries(folder).entries.count < 6 {
                try await Task.sleep(for: .milliseconds(100))
            }
            try FullDiskTests.fill(daemon.files + "/filler")
            // Its end cannot be stored either; it is when there is room.
            try await rests(state)
            try FileManager.default.removeItem(atPath: daemon.files + "/filler")
            let (broken, _) = try await daemon.ending(of: 1)
            #expect(broken.health == "Incomplete")
            #expect(broken.failure?.type == "Infrastructure", "\(String(describing: broken.failure))")
            #expect(
                broken.failure?.message.contains("the disk is full") == true, "\(String(describing: broken.failure))")
            let made = CampaignEntries(folder).entries
            #expect(made.count >= 6)

            #expect(try await daemon.submit(again) == 2)
            let (job, results) = try await daemon.ending(of: 2)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            let whole = try #require(results.results.first { $0.name == "textbook-ext4" })
            #expect(whole.metadata["smallest_failing_verdict"]?.string == "bootloader")
            #expect(whole.metadata["recheck_wrong"]?.integer == 0)
            let entries = CampaignEntries(daemon.files + "/powercut/2-0").entries
            #expect(entries.starts(with: made), "no boot is made again")
            #expect(whole.metadata["boots"]?.integer == Int64(entries.count))
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// Waits until no twin has run for two seconds.
    private func rests(_ state: String) async throws {
        var quiet = 0
        for _ in 0..<1200 where quiet < 20 {
            quiet = processes(ownedBy: state).contains(where: isMachine) ? 0 : quiet + 1
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(quiet == 20, "the campaign goes on although nothing can be written")
    }
}
