import Foundation
import LabModel
import Subprocess
import SystemPackage

/// A judge that serves while our driver speaks to it.
enum JudgeServer {
    /// Starts a judge, waits for the line that says it listens, runs `body` on a thread that may block, and ends it.
    ///
    /// - Parameter sign: what that line contains.
    static func with<Result: Sendable>(
        _ words: [String], sign: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        var options = PlatformOptions()
        options.processGroupID = 0
        let configuration = Configuration(
            executable: .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--"] + words),
            environment: .inherit.updating(["PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"]),
            platformOptions: options)
        return try await run(configuration, input: .none, output: .sequence, error: .combinedWithOutput) { execution in
            defer { try? execution.send(signal: .kill, toProcessGroup: true) }
            var said = ""
            for try await part in execution.standardOutput {
                said += part.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                guard said.contains(sign) else { continue }
                return try await blocking(body)
            }
            throw Failure(.infrastructure, "\(words.joined(separator: " ")) ended and said: \(said)")
        }.closureResult
    }
}
