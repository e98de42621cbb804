import Foundation
import LabModel
import LabWire
import Subprocess
import SystemPackage
import Testing

/// The programs as a person uses them.
@Suite(.serialized) struct ProgramTests {
    @Test(.timeLimit(.minutes(10))) func theDemoTellsItsStory() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        try await Daemon.with(state: state) { daemon in
            let page = state + "-every-cut.html"
            defer { try? FileManager.default.removeItem(atPath: page) }
            let outcome = try await daemon.ctl(["demo", "--report", page])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let failing = try expectTheBrickOfTheTextbook(
                in: String(contentsOfFile: page, encoding: .utf8), of: try await daemon.ending(of: 4).results)
            try await CrashStateChecks(daemon: daemon, job: 4, failing: failing).run()
            let cuts = try await daemon.ending(of: 3).results.powerCuts
            #expect(cuts.map(\.outcome) == ["brick"])
            #expect(cuts.first?.brickKind == "bootloader-prompt")
            #expect(cuts.first?.lastLines.isEmpty == false)
            let survived = try await daemon.ending(of: 2).results.powerCuts
            #expect(survived.map(\.outcome) == ["old"])
            #expect(survived.first?.whole == true)
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// The rename of the textbook is bricked while the journal is written to its final place.
    ///
    /// - Returns: the smallest state in which it is.
    private func expectTheBrickOfTheTextbook(in page: String, of results: JobResults) throws -> String {
        #expect(page.contains("It can be bricked.") && page.contains("Failed to load"))
        let rows = Dictionary(results.results.map { ($0.name, $0) }) { first, _ in first }
        #expect(rows["textbook-update-prefix-copy"]?.result == "pass")
        #expect(rows["textbook-update-prefix-flip"]?.result == "fail")
        let whole = try #require(rows["textbook-update"])
        #expect(whole.result == "fail")
        #expect(whole.metadata["smallest_failing_verdict"]?.string == "bootloader")
        #expect(whole.metadata["recheck_wrong"]?.integer == 0)
        #expect((whole.metadata["recheck_booted"]?.integer ?? 0) >= 10)
        return try #require(whole.metadata["smallest_failing_state"]?.string)
    }

    @Test func oneJobNeedsNoDaemon() async throws {
        let outcome = try await Programs.run(Programs.lablctl, ["run", Programs.checkout + "/examples/hello.yaml"])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("linux-runs"))
    }

    @Test func aKilledDaemonRunsItsJobAgain() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let hello = Programs.checkout + "/examples/hello.yaml"
        let id = try await Daemon.with(state: state) { daemon in
            let id = try await daemon.submit(hello)
            try await waitUntilRunning(id, state: state, daemon: daemon)
            kill(daemon.process.value, SIGKILL)
            return id
        }
        // PDEATHSIG ends the machine with its owner; the kernel needs a moment for it.
        for _ in 0..<100 where !processes(ownedBy: state).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(processes(ownedBy: state).isEmpty)
        try await Daemon.with(state: state) { daemon in
            let (job, results) = try await daemon.ending(of: id)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            #expect(job.attempt == 2)
            #expect(results.results.contains { $0.name == "linux-runs" && $0.result == "pass" })
            let events = try await daemon.ctl(["events", "--json"])
            #expect(events.output.contains("job.interrupted"))
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    @Test func doctorSaysWhatIsThere() async throws {
        let outcome = try await Programs.run(Programs.labd, ["doctor"])
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("board kit"))
    }

    @Test func aPortThatIsTakenEndsTheStartAtOnce() async throws {
        let first = try temporaryFolder()
        let second = try temporaryFolder()
        defer {
            try? FileManager.default.removeItem(atPath: first)
            try? FileManager.default.removeItem(atPath: second)
        }
        try await Daemon.with(state: first, tcp: true) { daemon in
            let system = try await daemon.ctl(["boards", "--json"])
            #expect(system.status == 0)
            let log = try String(contentsOfFile: first + "/labd.log", encoding: .utf8)
            let port = try #require(log.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#)?.1)
            let outcome = try await Programs.run(Programs.labd, ["--state", second, "--port", String(port)])
            #expect(outcome.status == 78)
            #expect(outcome.errors.contains("is in use"))
        }
    }

    @Test func aBoardOfAnUnknownTypeEndsTheStartWithItsPlace() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let file = state + "/labd.yaml"
        try "boards:\n- {name: a, type: nope, driver: sim}\n".write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try await Programs.run(Programs.labd, ["--state", state, "--no-tcp", "--config", file])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("labd.yaml:2:"))
    }

    @Test func anEphemeralLabRemovesOnlyWhatItMade() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        try "kept".write(toFile: state + "/kept", atomically: true, encoding: .utf8)
        try await Daemon.with(state: state, ephemeral: true) { daemon in
            let outcome = try await daemon.ctl(["boards"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(FileManager.default.fileExists(atPath: state + "/kept"))
    }

    @Test func aWrongJobIsRefusedWithItsPlace() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/wrong.yaml"
        try "job_name: wrong\nvisibility: public\ntimeout: {job: {minutes: 1}}\nactions: []\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try await Programs.run(Programs.lablctl, ["validate", file])
        #expect(outcome.status == 65)
        #expect((outcome.output + outcome.errors).contains("wrong.yaml:3:1"))
    }

    private func waitUntilRunning(_ id: Int64, state: String, daemon: Daemon) async throws {
        for _ in 0..<400 {
            if !processes(ownedBy: state).isEmpty { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("job \(id) did not start its machine")
    }
}
