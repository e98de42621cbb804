import Foundation
import LabModel
import LabWire
import Testing

/// Campaigns of cuts on boards whose relay, hold-up and jitter are modelled, held against the known answers.
@Suite(.serialized) struct SamplingTests {
    private static let isLong = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] != nil

    /// A scripted board with an update that is fatal for 400 ms, 100 ms after the mark `flip`, behind a relay.
    private static var configuration: String {
        // Something to be seen every millisecond, so that the last byte tells the moment.
        let chatter = Array(repeating: "{after: 0.001, print: .}", count: 600).joined(separator: ", ")
        return """
            boards:
            - name: relay-1
              type: sim
              driver: sim
              tags: [relay]
              options:
                boot:
                - U-Boot 2023.01
                - "Starting kernel"
                - {print: "[    0.000000] Linux version 6.1.0"}
                - {print: "UP version=v1", disk: old}
                - {print: "UP version=v2", disk: new}
                replies:
                - command: update
                  steps:
                  - {after: 0.03, print: LABD-PHASE copy}
                  - {after: 0.3, print: LABD-PHASE flip}
                  - {after: 0.1, leaves: broken}
                  - {after: 0.4, leaves: new}
                  - {after: 0.1, print: LABD-PHASE done}
                - {command: slot-check}
                - {command: chatter, steps: [\(chatter)]}
                faults:
                - {kind: hang, at: "Starting kernel", disk: broken}
                relay: {latency: 0.02, jitter: 0.002, hold_up: 0.015, seed: 3}
            """
    }

    private static let job = """
        job_name: sampling
        device_type: sim
        visibility: public
        tags: [relay]
        timeouts: {job: {minutes: 5}, action: {minutes: 4}, connection: {minutes: 1}}
        actions:
        - boot: {method: minimal, prompts: ['/ # ']}
        - power_cut:
            name: relay
            on: real
            cuts: 16
            start: {run: update}
            until: {settle: 0.05s}
            success: LABD-PHASE done
            off_for: 0.4s
            seed: 7
            alive: {marker: 'UP version=(?<version>\\S+)', within: 1s, max_boots: 2}
            whole: {run: slot-check}
            versions: {old: v1, new: v2}
            allow: {before: [old, new], after: [new]}
            budget: {search: 12}
        """

    @Test(.timeLimit(.minutes(5))) func aCampaignBehindARelayFindsTheKnownWindow() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let file = state + "-job.yaml"
        try Self.job.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Daemon.with(state: state, configuration: Self.configuration) { daemon in
            let measured = try await daemon.ctl([
                "board", "measure-power", "relay-1", "--times", "5", "--prompt", "/ # ", "--run", "chatter", "--json",
            ])
            #expect(measured.status == 0, "\(measured.errors)")
            let board = try JSONDecoder().decode(BoardInfo.self, from: Data(measured.output.utf8))
            let path = try #require(board.powerPath)
            // 35 ms, and what a busy machine adds.
            #expect(path.delay > 0.02)
            #expect(path.cuts + path.silentCuts == 5)
            #expect(board.power == "off")

            let (job, results) = try await daemon.run(file)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            let rows = Dictionary(
                results.results.filter { $0.suite == "power-cut" }.map { ($0.name, $0) },
                uniquingKeysWith: { first, _ in first })
            #expect(rows["relay-flip"]?.result == "fail", "\(String(describing: rows["relay-flip"]))")
            let whole = try #require(rows["relay"])
            #expect(whole.result == "fail")
            #expect(whole.metadata["hits"]?.integer == 16)
            #expect(whole.metadata["end"]?.string == "completed")
            let windows = try #require(whole.metadata["windows"]?.list)
            let window = try #require(windows.first { $0["phase"]?.string == "flip" }, "\(windows)")
            // 100 to 500 ms after the mark. How exactly the borders are found is proven where time is the test's own:
            // a busy machine reads marks late.
            #expect((window["from"]?.double ?? 1) < 0.3, "\(window)")
            #expect((window["to"]?.double ?? 0) > 0.3, "\(window)")
            #expect(!results.powerCuts.isEmpty)
        }
    }

    /// The update that overwrites its only slot: an exploration says that it bricks while it copies, and so do cuts.
    @Test(.enabled(if: isLong, "a long one: make test-all"), .timeLimit(.minutes(10)))
    func theExampleFailsWhereItsExplorationSays() async throws {
        let state = try temporaryFolder()
        let (explored, aimed) = (state + "-explored.yaml", state + "-aimed.yaml")
        defer { for path in [state, explored, aimed] { try? FileManager.default.removeItem(atPath: path) } }
        let example = try String(
            contentsOfFile: Programs.checkout + "/examples/powercut/real-sampling.yaml", encoding: .utf8)
        try Self.exploration.write(toFile: explored, atomically: true, encoding: .utf8)
        // The same update behind a relay that takes its time, and the twin's windows to aim at.
        try example.replacing("cuts: 4", with: "cuts: 4\n    targets: {from: 1, cuts: 2}")
            .replacing("{delay: 0s, jitter: 2 ms}", with: "{delay: 35 ms, jitter: 2 ms}")
            .replacing("visibility: public", with: "visibility: public\ntags: [relay]")
            .write(toFile: aimed, atomically: true, encoding: .utf8)
        let boards = """
            boards:
            - {name: plain-1, type: virt-arm64-ab, driver: qemu}
            - name: relay-1
              type: virt-arm64-ab
              driver: qemu
              tags: [relay]
              options:
                relay: {latency: 0.02, jitter: 0.002, hold_up: 0.015}
            """
        try await Daemon.with(state: state, configuration: boards) { daemon in
            let (exploration, found) = try await daemon.run(explored)
            #expect(exploration.health == "Complete", "\(String(describing: exploration.failure))")
            #expect(found.results.contains { $0.name == "twin" && $0.result == "fail" }, "\(found.results)")

            let (job, results) = try await daemon.run(aimed)
            #expect(job.health == "Complete", "\(String(describing: job.failure))")
            let rows = Dictionary(
                results.results.filter { $0.suite == "power-cut" }.map { ($0.name, $0) },
                uniquingKeysWith: { first, _ in first })
            #expect(rows["sampling-start"]?.result == "pass")
            #expect(rows["sampling-copy"]?.result == "fail")
            #expect(rows["sampling-done"]?.result == "pass")
            #expect(rows["sampling"]?.result == "fail")
            let target = try #require(rows.values.first { $0.name.hasPrefix("sampling-target-w") }, "\(rows.keys)")
            #expect(target.result == "fail" && target.metadata["hits"]?.integer == 2, "\(target)")
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    private static let exploration = """
        job_name: what the twin says
        device_type: virt-arm64-ab
        visibility: public
        timeouts: {job: {minutes: 8}, action: {minutes: 7}, connection: {minutes: 1}}
        actions:
        - power_cut:
            name: twin
            on: virtual
            prompts: ['/ # ']
            start: {run: update-inplace}
            until: {settle: 0.5s}
            phases: 'LABD-PHASE (\\S+)\\s'
            success: LABD-PHASE done
            models: [prefix]
            alive: {marker: 'LABD-UP version=(?<version>\\S+) slot=(?<slot>\\S+)', within: 15s, max_boots: 2}
            whole: {run: slot-check}
            versions: {old: v1, new: v2}
            allow: {before: [old, new], after: [new]}
            budget: {boots: 12}
        """
}
