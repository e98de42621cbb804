import Foundation
import LabWire
import Subprocess
import SystemPackage

/// A real labd on a state folder of its own.
struct Daemon: Sendable {
    let state: String
    let socket: String
    let process: ProcessIdentifier

    var number: Int32 { process.value }

    var server: String { "unix:\(socket)" }
    /// The state folder as this daemon sees it, which may have mounts of its own.
    var files: String { "/proc/\(number)/root\(state)" }

    /// Runs `body` beside a daemon and ends the daemon afterwards, with what it started.
    ///
    /// - Parameters:
    ///   - disk: puts the state folder on a disk of its own with so many MiB; only root can do that.
    ///   - wrapper: words that start the daemon, such as `nsenter` with its options; its socket then lies beside the
    ///     state folder, which this process need not see.
    static func with<Value: Sendable>(
        state: String, configuration: String? = nil, tcp: Bool = false, ephemeral: Bool = false,
        waitsUntilReady: Bool = true, disk: Int? = nil, wrapper: [String]? = nil,
        _ body: @escaping @Sendable (Daemon) async throws -> Value
    ) async throws -> Value {
        var arguments = ["--state", state, "--quiet"] + (tcp ? ["--port", "0"] : ["--no-tcp"])
        if ephemeral { arguments.append("--ephemeral") }
        if let configuration {
            let file = state + ".yaml"
            try configuration.write(toFile: file, atomically: true, encoding: .utf8)
            arguments += ["--config", file]
        }
        var command = [Programs.labd.string]
        var socket = state + "/labd.sock"
        if let wrapper {
            socket = state + ".sock"
            arguments += ["--socket", socket]
            command = wrapper + command
        }
        if let disk {
            socket = state + ".sock"
            arguments += ["--socket", socket]
            let mounts = "mount -t tmpfs -o size=\(disk)m,mode=700 tmpfs \"$0\" && exec \"$@\""
            command = ["unshare", "-m", "--", "sh", "-c", mounts, state] + command
        }
        // A test that dies takes its daemon with it.
        arguments = ["--pdeathsig", "KILL", "--"] + command + arguments
        defer { if configuration != nil { try? FileManager.default.removeItem(atPath: state + ".yaml") } }
        let place = socket
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))]
        let result = try await Subprocess.run(
            .name("setpriv"), arguments: Arguments(arguments), platformOptions: options, input: .none,
            output: .discarded, error: .discarded
        ) { execution in
            let daemon = Daemon(state: state, socket: place, process: execution.processIdentifier)
            if waitsUntilReady { try await daemon.ready() }
            let value = try await body(daemon)
            try? execution.send(signal: .terminate)
            return value
        }
        return result.closureResult
    }

    /// Waits until the API answers.
    private func ready() async throws {
        for _ in 0..<300 {
            if try await ctl(["boards", "--json"]).status == 0 { return }
            // Nobody has waited for it yet: one that has ended is a process without a program.
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/exe")) == nil { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = (try? String(contentsOfFile: state + "/labd.log", encoding: .utf8)) ?? "no log"
        throw DaemonError(text: "labd did not answer:\n\(log)")
    }

    /// Runs lablctl against this daemon.
    func ctl(
        _ arguments: [String], environment: [Environment.Key: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.run(Programs.lablctl, ["--server", server] + arguments, environment: environment)
    }

    /// Submits a job without waiting; returns its number.
    func submit(_ file: String) async throws -> Int64 {
        let outcome = try await ctl(["submit", file])
        guard let id = Int64(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw DaemonError(text: "submit \(file): \(outcome.output)\(outcome.errors)")
        }
        return id
    }

    /// Waits for a job's end and returns it with its results.
    func ending(of id: Int64) async throws -> (job: JobInfo, results: JobResults) {
        let results: JobResults = try decode(try await ctl(["results", "\(id)", "--wait", "--json"]))
        let job: JobInfo = try decode(try await ctl(["job", "\(id)", "--json"]))
        return (job, results)
    }

    /// Submits a job and waits for its end.
    func run(_ file: String) async throws -> (job: JobInfo, results: JobResults) {
        try await ending(of: try await submit(file))
    }

    private func decode<Value: Decodable>(_ outcome: Programs.Outcome) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(outcome.output.utf8))
        } catch {
            throw DaemonError(text: "\(error) in: \(outcome.output)\(outcome.errors)")
        }
    }
}

struct DaemonError: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}

/// A new folder below the temporary one, short enough for unix sockets.
func temporaryFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/labd-e2e-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}
