import Foundation
import Subprocess
import SystemPackage

/// LAVA's submission schema, as Debian packages it, run by Python.
enum LavaSchema {
    /// What it says of a job.
    struct Verdict: Decodable, Equatable {
        /// Why the submission schema refuses it; empty when it does not.
        var gate: String
        /// Why the schema of LAVA's `jobs validate` refuses it; that one knows actions as well.
        var lint: String
        var isAccepted: Bool { gate.isEmpty }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let script = ExampleJobs.checkout + "/scripts/lava-gate"

    /// Whether to ask it: when it was fetched before, and in the long test run, which fetches it.
    static var isWanted: Bool {
        let environment = ProcessInfo.processInfo.environment
        let caches = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        return environment["LABD_TEST_ALL"] != nil
            || FileManager.default.fileExists(atPath: caches + "/labd/lava-schema/current")
    }

    /// One verdict for each text, from one process.
    static func verdicts(on texts: [String]) async throws -> [Verdict] {
        let lines = try texts.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }.joined()
        let outcome = try await run(
            .path("/bin/bash"), arguments: [script, "judge"], input: .string(lines),
            output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        guard outcome.terminationStatus.isSuccess else {
            throw Failure(description: outcome.standardError)
        }
        let verdicts = try outcome.standardOutput.split(separator: "\n").map {
            try JSONDecoder().decode(Verdict.self, from: Data($0.utf8))
        }
        guard verdicts.count == texts.count else {
            throw Failure(description: "\(verdicts.count) verdicts on \(texts.count) jobs")
        }
        return verdicts
    }
}
