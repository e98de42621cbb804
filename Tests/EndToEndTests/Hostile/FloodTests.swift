import Foundation
import LabWire
import Testing

/// Boards that never stop talking: time, memory and disk are bounded, and what was found before stays.
@Suite(.serialized) struct FloodTests {
    /// More than labd takes with a full console, a full log buffer and a compiled pattern or two.
    private static let memoryLimit = 400 << 20

    @Test func noiseForEverEndsWithTheBootsTime() async throws {
        let options = "{faults: [{kind: noise, at: '*boot loader*'}]}"
        try await HostileLab.with([("noise", options)], more: Self.limits) { lab in
            let ending = try await lab.run(HostileJob(tag: "noise", boot: 3, blocks: []))
            print("hostile: noise: \(ending.failure), \(lab.memory >> 20) MiB, \(Self.disk(lab) >> 20) MiB on disk")
            #expect(ending.job.failure?.type == "Job", "\(ending.failure)")
            #expect(ending.failure.contains("waited for 'Linux version"))
            // The end of the noise stands in the message, fit for a line of text.
            #expect(ending.failure.count < 600 && !ending.failure.contains("\u{0}"))
            #expect(ending.job.failure?.message.unicodeScalars.contains { $0.value < 32 } == false)
            #expect(lab.memory < Self.memoryLimit)
            #expect(Self.disk(lab) < Self.diskLimit)
        }
    }

    @Test func chatterForEverFillsNoDiskAndHidesNoResult() async throws {
        let options = "{replies: [{command: chatter, then: babble}]}"
        try await HostileLab.with([("chatter", options)], more: Self.limits) { lab in
            let talk = HostileJob.dialogue(
                "talk", seconds: 8,
                [("echo before", "before"), ("chatter", "error -71"), ("sleep 600", "no such words")])
            let ending = try await lab.run(HostileJob(tag: "chatter", blocks: [talk]))
            print("hostile: chatter: \(ending.failure), \(lab.memory >> 20) MiB, \(Self.disk(lab) >> 20) MiB on disk")
            #expect(ending.job.failure?.type == "LAVATimeout", "\(ending.failure)")
            #expect(ending.results.contains { $0.name == "step-0" && $0.result == "pass" })
            #expect(ending.says("console output is not kept from here on"))
            #expect(ending.log.last.map { $0.lvl == "results" } == true)
            let log = "\(lab.daemon.state)/logs/jobs/\(ending.job.id).jsonl"
            let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int ?? 0
            #expect(size > 0 && size <= (1 << 20) * 17 / 16)
            #expect(lab.memory < Self.memoryLimit)
            #expect(Self.disk(lab) < Self.diskLimit)
        }
    }

    @Test func aTestShellBesideChatterComesToAnEnd() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        try "extends: sim\nnetwork: {http_address: 127.0.0.1, tftp_address: 127.0.0.1}\n"
            .write(toFile: state + "/sim-host.yaml", atomically: true, encoding: .utf8)
        let more = """
            - name: shell
              type: sim-host
              driver: sim
              tags: [shell]
              variables: {lava_test_results_dir: '\(state)/lava-%s'}
              options: {shell: host, boot: [Linux version 6.1, up], faults: [{kind: babble, at: up}]}
            device_types: ['\(state)']
            """
        try await HostileLab.with(more: more + "\n" + Self.limits) { lab in
            let test = """
                - test:
                    timeout: {seconds: 10}
                    definitions:
                    - from: inline
                      name: beside
                      path: inline/beside.yaml
                      repository:
                        metadata: {format: Lava-Test Test Definition 1.0, name: beside}
                        run: {steps: [lava-test-case one --shell true, sleep 60]}
                """
            let boot = """
                - deploy: {to: overlay}
                - boot:
                    method: minimal
                    prompts: ['/ # ']
                    transfer_overlay: {download_command: wget -q, unpack_command: tar -C / -xzf}
                    timeout: {seconds: 30}
                """
            let ending = try await lab.run(
                HostileJob(tag: "shell", type: "sim-host", blocks: [test], first: boot))
            print("hostile: shell beside chatter: \(ending.failure), \(lab.memory >> 20) MiB")
            // The signal may have been torn and may be lost: the test never ends, so nothing can be sent again.
            #expect(["LAVATimeout", "Infrastructure"].contains(ending.job.failure?.type), "\(ending.failure)")
            #expect(lab.memory < Self.memoryLimit)
        }
    }

    /// The smallest log there may be.
    private static let limits = "logs: {job_mib: 1, console_mib: 64}"
    /// 64 MiB of transcript with its index, 1 MiB of log, a database.
    private static let diskLimit = 128 << 20

    private static func disk(_ lab: HostileLab) -> Int { HostileLab.size(of: lab.daemon.state) }
}
