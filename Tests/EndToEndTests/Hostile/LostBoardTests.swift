import Foundation
import LabWire
import Testing

/// Boards that vanish in the middle of a job, and power cuts whose moment never comes.
@Suite(.serialized) struct LostBoardTests {
    /// An emulator killed from outside, while a test waits for something that will never come.
    @Test func aKilledEmulatorEndsItsJobAtOnce() async throws {
        let more = "- {name: virt-1, type: virt-arm64-ab, driver: qemu, tags: [virt]}"
        try await HostileLab.with(more: more) { lab in
            let test = """
                - test:
                    timeout: {minutes: 1}
                    definitions:
                    - from: inline
                      name: vanish
                      path: inline/vanish.yaml
                      repository:
                        metadata: {format: Lava-Test Test Definition 1.0, name: vanish}
                        run: {steps: [lava-test-case before --shell true, sleep 600]}
                """
            let boot = """
                - deploy: {to: overlay}
                - boot:
                    method: minimal
                    prompts: ['/ # ']
                    transfer_overlay: {download_command: wget -q, unpack_command: tar -C / -xzf}
                    timeout: {minutes: 1}
                """
            let id = try await lab.submit(
                HostileJob(tag: "virt", type: "virt-arm64-ab", blocks: [test], first: boot).text)
            var isTold = false
            for _ in 0..<1200 where !isTold {
                let results: JobResults = try await lab.get("/api/v1/jobs/\(id)/results")
                isTold = results.results.contains { $0.name == "before" }
                try await Task.sleep(for: .milliseconds(50))
            }
            let began = ContinuousClock.now
            for process in processes(ownedBy: lab.daemon.state) { kill(process, SIGKILL) }
            let ending = try await lab.ending(id)
            print("hostile: killed emulator: \(ending.failure), after \(ContinuousClock.now - began)")
            #expect(ending.job.failure?.type == "Infrastructure", "\(ending.failure)")
            #expect(ending.failure.contains("the board lost its power in the middle of the job"))
            #expect(ending.results.contains { $0.name == "before" && $0.result == "pass" })
            #expect(ContinuousClock.now - began < .seconds(30))
            // The board itself is well, and takes the next job.
            let next = try await lab.run(
                HostileJob(tag: "virt", type: "virt-arm64-ab", blocks: [], first: nil))
            #expect(next.job.health == "Complete", "\(next.failure)")
        }
    }

    static let board = "{boot: [Linux version 6.1, {print: SIM-UP v1, after: 0.1}], faults: [{kind: off, at: die}]}"

    @Test func aBoardThatGoesOffInADialogueEndsItsJobAtOnce() async throws {
        try await HostileLab.with([("dying", Self.board)]) { lab in
            let talk = HostileJob.dialogue("talk", seconds: 60, [("echo one", "one"), ("die", "never")])
            let ending = try await lab.run(HostileJob(tag: "dying", blocks: [talk]))
            print("hostile: dying: \(ending.failure)")
            #expect(ending.job.failure?.type == "Infrastructure", "\(ending.failure)")
            #expect(ending.results.contains { $0.name == "step-0" && $0.result == "pass" })
        }
    }

    struct Cut: Sendable {
        var tag: String
        var command: String
        /// The cut's own verdict; nil when it was not made.
        var outcome: String?
        var type: String?
        var says: String?
    }

    static let cuts = [
        Cut(tag: "split", command: "printf MAR; sleep 0.2; printf K; sleep 0.2; echo ER; sleep 60", outcome: "old"),
        Cut(tag: "never", command: "echo nothing", type: "Test", says: "'MARKER' did not come"),
        Cut(tag: "half", command: "printf MAR; sleep 60", type: "Test", says: "'MARKER' did not come"),
        Cut(tag: "dies", command: "die", type: "Infrastructure", says: "the board lost its power"),
    ]

    @Test func aCutWhoseMarkerIsSplitIsMadeAndOneThatNeverComesIsNot() async throws {
        try await HostileLab.with(Self.cuts.map { ($0.tag, Self.board) }) { lab in
            var jobs: [(Cut, Int64)] = []
            for cut in Self.cuts {
                let block = """
                    - power_cut:
                        name: cut
                        start: {run: '\(cut.command)'}
                        trigger: {marker: MARKER}
                        off_for: 0.1s
                        alive: {marker: 'SIM-UP (?<version>v\\d)', within: 3s}
                        timeout: {seconds: \(cut.outcome == nil ? 4 : 30)}
                    """
                jobs.append((cut, try await lab.submit(HostileJob(tag: cut.tag, blocks: [block]).text)))
            }
            for (cut, id) in jobs {
                let ending = try await lab.ending(id)
                print("hostile: cut \(cut.tag): \(ending.failure)")
                #expect(ending.job.failure?.type == cut.type, "\(cut.tag): \(ending.failure)")
                #expect(ending.powerCuts.map(\.outcome) == (cut.outcome.map { [$0] } ?? []), "\(cut.tag)")
                if let says = cut.says { #expect(ending.failure.contains(says), "\(cut.tag): \(ending.failure)") }
            }
        }
    }

    /// The board says its sign of life for ever: it is found alive, and nobody counts the signs to the end.
    @Test func aSignOfLifeWithoutEndIsOneSign() async throws {
        let options = """
            {boot: [Linux version 6.1, up], babble: SIM-UP v1, faults: [{kind: babble, at: up}]}
            """
        try await HostileLab.with([("lively", options)], more: "logs: {job_mib: 1, console_mib: 64}") { lab in
            let block = """
                - power_cut:
                    name: cut
                    start: {run: 'echo MARKER; sleep 60'}
                    trigger: {marker: MARKER}
                    off_for: 0.1s
                    alive: {marker: 'SIM-UP (?<version>v\\d)', within: 10s}
                    timeout: {seconds: 30}
                """
            let ending = try await lab.run(HostileJob(tag: "lively", boot: 40, blocks: [block]))
            print("hostile: lively: \(ending.failure), \(ending.powerCuts.map(\.outcome))")
            #expect(ending.powerCuts.map(\.outcome) == ["old"], "\(ending.failure)")
        }
    }
}
