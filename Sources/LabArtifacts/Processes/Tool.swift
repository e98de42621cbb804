import LabModel
import Subprocess
import SystemPackage

/// A program of the host that does one thing and ends.
struct Tool {
    private let name: String
    private let arguments: [String]
    private let environment: [String: String]
    private let outputLimit: Int

    /// - Parameter environment: all that the program gets beside a plain `PATH` and the C locale.
    init(_ name: String, _ arguments: [String], environment: [String: String] = [:], outputLimit: Int = 256 * 1024) {
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.outputLimit = outputLimit
    }

    /// Runs the program to its end.
    ///
    /// - Parameter explain: makes the failure of what the program said; the default quotes its last lines.
    /// - Returns: standard output.
    /// - Throws: `type` when it exits with anything but 0, `infrastructure` when it cannot be started.
    @discardableResult
    func run(failing type: ErrorType, explain: ((String) -> Failure)? = nil) async throws -> String {
        var variables = environment
        variables["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        variables["LC_ALL"] = "C"
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
        ]
        let status: TerminationStatus
        let output: String
        let complaint: String
        do {
            let result = try await Subprocess.run(
                .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--", name] + arguments),
                environment: .custom(
                    Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
                platformOptions: options, input: .none, output: .string(limit: outputLimit),
                error: .string(limit: outputLimit))
            status = result.terminationStatus
            output = result.standardOutput
            complaint = result.standardError
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Failure(
                .infrastructure, "cannot run `\(name)`: \(error)", advice: "`labd doctor` lists what is missing")
        }
        try Task.checkCancellation()
        if status.isSuccess { return output }
        if case .exited(127) = status {
            throw Failure(.infrastructure, "`\(name)` is not installed", advice: "`labd doctor` names the package")
        }
        if let explain { throw explain(complaint) }
        throw Failure(type, "`\(name)` failed: \(Self.lastLines(complaint))")
    }

    /// The end of what a program said, on one line.
    static func lastLines(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).suffix(4).joined(separator: "; ")
        return lines.count <= 400 ? lines : "…" + lines.suffix(400)
    }
}
