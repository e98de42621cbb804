import Foundation

/// The lab that is killed: cheap boards of several kinds, one emulated board, and the jobs for them.
struct CrashBench: Sendable {
    let state: String

    /// Kinds of jobs, with how often each is submitted.
    enum Kind: String, CaseIterable, Sendable {
        /// A test shell with its overlay, on the host's own shell.
        case shell
        /// A dialogue, then a power cut, on a scripted board.
        case cut
        /// A dialogue that takes its time.
        case dialogue
        /// A real system on an emulated board.
        case emulated

        static func pick(using generator: inout SeededGenerator) -> Kind {
            [shell, shell, shell, cut, cut, dialogue, emulated].randomElement(using: &generator) ?? .shell
        }
    }

    init(state: String) throws {
        self.state = state
        try FileManager.default.createDirectory(atPath: types, withIntermediateDirectories: true)
        try """
        extends: sim
        description: Scripted board with the host's shell
        deploy_methods: [overlay, download]
        network: {http_address: 127.0.0.1, tftp_address: 127.0.0.1}
        """.write(toFile: types + "/sim-host.yaml", atomically: true, encoding: .utf8)
        // Large enough that fetching it takes its time.
        try Data((0..<(24 << 20)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) })
            .write(to: URL(fileURLWithPath: types + "/image"))
    }

    private var types: String { state + ".types" }
    /// Where the host's shells work; outside of the state folder, as a board's disk is.
    var ground: String { state + ".ground" }

    var configuration: String {
        let hosts = (1...3).map { number in
            """
            - name: host-\(number)
              type: sim-host
              driver: sim
              variables: {lava_test_results_dir: '\(ground)/host-\(number)/lava-%s'}
              options: {shell: host, boot: [Linux version 6.1.0-sim]}
            """
        }
        let sims = (1...2).map { number in
            """
            - name: sim-\(number)
              type: sim
              driver: sim
              options: {boot: [Linux version 6.1.0-sim, {print: SIM-UP v1, after: 0.1}]}
            """
        }
        let emulated = ["- {name: virt-1, type: virt-arm64-ab, driver: qemu}"]
        let folders = ["device_types: ['\(types)']", "images: {file_folders: ['\(types)']}"]
        return (folders + ["boards:"] + hosts + sims + emulated).joined(separator: "\n") + "\n"
    }

    /// A job of a kind under a name of its own.
    func job(_ kind: Kind, name: String) -> [UInt8] {
        let type = [Kind.shell: "sim-host", .emulated: "virt-arm64-ab"][kind] ?? "sim"
        let head = """
            job_name: \(name)
            device_type: \(type)
            visibility: public
            timeouts: {job: {minutes: 3}, action: {minutes: 1}, connection: {minutes: 1}}
            actions:

            """
        let boot = """
            - boot:
                method: minimal
                prompts: ['/ # ']

            """
        let overlay = """
            - deploy: {to: overlay}
            - boot:
                method: minimal
                prompts: ['/ # ']
                transfer_overlay: {download_command: wget -q, unpack_command: tar -C / -xzf}

            """
        switch kind {
        case .shell:
            // Two runs of one job at the same time would fight for the lock.
            let download = "- deploy: {to: download, images: {image: {url: 'file://\(types)/image'}}}\n"
            return Array(
                (head + download + overlay + definitions(["flock -n \(ground)/\(name) sleep 0.2", "true"])).utf8)
        case .emulated: return Array((head + overlay + definitions(["true", "uname -a"])).utf8)
        case .dialogue:
            return Array((head + boot + Self.dialogue(["sleep 0.3; echo hello", "sleep 0.4; echo hello"])).utf8)
        case .cut:
            let cut = """
                - power_cut:
                    name: cut
                    start: {run: 'echo begin; sleep 0.1; echo MARKER; sleep 60'}
                    trigger: {marker: ^MARKER}
                    off_for: 0.1s
                    alive: {marker: 'SIM-UP (?<version>v\\d)', within: 20s}
                """
            return Array((head + boot + Self.dialogue(["echo hello"]) + cut).utf8)
        }
    }

    private static func dialogue(_ commands: [String]) -> String {
        JobText.dialogue(commands.enumerated().map { ("answer-\($0)", $1) })
    }

    private func definitions(_ commands: [String]) -> String {
        let steps = commands.enumerated().map { "          - lava-test-case case-\($0) --shell \($1)" }
        return """
            - test:
                definitions:
                - from: inline
                  name: crash
                  path: inline/crash.yaml
                  repository:
                    metadata: {format: Lava-Test Test Definition 1.0, name: crash}
                    run:
                      steps:
            \(steps.joined(separator: "\n"))
            """ + "\n"
    }

    func remove() {
        for path in [state, types, ground, state + ".yaml"] { try? FileManager.default.removeItem(atPath: path) }
    }
}
