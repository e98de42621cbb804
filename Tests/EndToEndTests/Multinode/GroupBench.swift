import Foundation
import LabWire

/// A lab whose boards are the host's own shell, and groups of jobs for them.
struct GroupBench: Sendable {
    let lab: HostileLab
    let folder: String

    var daemon: Daemon { lab.daemon }

    /// - Parameter boards: how many.
    static func with<Value: Sendable>(
        boards: Int, _ body: @escaping @Sendable (GroupBench) async throws -> Value
    ) async throws -> Value {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/types", withIntermediateDirectories: true)
        try """
        extends: sim
        aliases: [sim-shell]
        description: Scripted board with the host's shell
        deploy_methods: [overlay, download]
        network: {http_address: 127.0.0.1, tftp_address: 127.0.0.1}
        """.write(toFile: folder + "/types/sim-host.yaml", atomically: true, encoding: .utf8)
        let lines = (1...boards).map { number in
            """
            - name: host-\(number)
              type: sim-host
              driver: sim
              variables: {lava_test_results_dir: '\(folder)/host-\(number)/lava-%s'}
              options: {shell: host, boot: [Linux version 6.1.0-sim]}
            """
        }
        let configuration = (["device_types: ['\(folder)/types']", "boards:"] + lines).joined(separator: "\n") + "\n"
        return try await Daemon.with(state: folder + "/state", configuration: configuration) { daemon in
            try await body(GroupBench(lab: HostileLab(daemon: daemon), folder: folder))
        }
    }

    /// A role with what its boards do.
    struct Role: Sendable {
        var name: String
        var count = 1
        var more = ""
        var steps: [String]
    }

    /// A group whose roles boot alike and then run tests of their own.
    func text(_ name: String, timeout: Int = 60, _ roles: [Role]) -> String {
        let list = roles.map { role in
            "      \(role.name): {device_type: sim-shell, count: \(role.count)\(role.more.isEmpty ? "" : ", " + role.more)}"
        }
        let names = roles.map(\.name).joined(separator: ", ")
        // The boards share the host's /tmp: each keeps what it is told in a place of its own.
        let first = "export LAVA_MULTI_NODE_CACHE=$PWD/told"
        let tests = roles.map { role in
            let steps = ([first] + role.steps).map {
                "          - |\n            \($0.replacing("\n", with: "\n            "))"
            }
            return """
                - test:
                    role: [\(role.name)]
                    timeout: {minutes: 2}
                    definitions:
                    - from: inline
                      name: \(role.name)
                      path: inline/\(role.name).yaml
                      repository:
                        metadata: {format: Lava-Test Test Definition 1.0, name: \(role.name)}
                        run:
                          steps:
                \(steps.joined(separator: "\n"))
                """
        }
        return """
            job_name: \(name)
            visibility: public
            timeouts: {job: {minutes: 4}, action: {minutes: 1}, connection: {minutes: 1}}
            protocols:
              lava-multinode:
                timeout: {seconds: \(timeout)}
                roles:
            \(list.joined(separator: "\n"))
            actions:
            - deploy: {to: overlay, role: [\(names)]}
            - boot:
                role: [\(names)]
                method: minimal
                prompts: ['/ # ']
                transfer_overlay: {download_command: wget -q, unpack_command: tar -C / -xzf}
            \(tests.joined(separator: "\n"))
            """ + "\n"
    }

    func submit(_ text: String) async throws -> Submitted {
        let socket = daemon.socket
        return try await onThread {
            let answer = try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: Array(text.utf8))
            guard answer.status == 201 else { throw DaemonError(text: "\(answer.status) \(answer.text)") }
            return try answer.decoded(as: Submitted.self)
        }
    }

    func run(_ text: String) async throws -> [HostileLab.Ending] {
        var endings: [HostileLab.Ending] = []
        for id in try await submit(text).ids { endings.append(try await lab.ending(id)) }
        return endings
    }
}

extension HostileLab.Ending {
    /// Test cases as `suite/name: result`, without the job's own steps.
    var cases: [String] { results.filter { $0.suite != "lava" }.map { "\($0.suite)/\($0.name): \($0.result)" } }
}
