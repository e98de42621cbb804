import Foundation
import Subprocess
import SystemPackage
import Testing

/// The built programs and the checkout they come from.
enum Programs {
    /// The folder of the test bundle, where SwiftPM puts the programs too.
    static var folder: String {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let arguments = [bundle] + CommandLine.arguments
        let found = arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/labd") }
        return found ?? checkout + "/.build/debug"
    }

    static var checkout: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    /// The board kit that `make kit` built.
    static var kit: String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        return cache + "/labd/kits/arm64-ab/current"
    }

    static var labd: FilePath { FilePath(folder + "/labd") }
    static var lablctl: FilePath { FilePath(folder + "/lablctl") }

    /// What a program printed, and how it ended.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program to its end, at most `limit`.
    static func run(
        _ program: FilePath, _ arguments: [String], environment: [Environment.Key: String] = [:],
        limit: Duration = .seconds(240)
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                var options = PlatformOptions()
                options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))]
                let result = try await Subprocess.run(
                    .path(program), arguments: Arguments(arguments),
                    environment: .inherit.updating(environment.merging(["NO_COLOR": "1"]) { own, _ in own }),
                    platformOptions: options, input: .none, output: .string(limit: 64 << 20),
                    error: .string(limit: 64 << 20))
                var status: Int32 = -1
                if case .exited(let code) = result.terminationStatus { status = code }
                return Outcome(
                    status: status, output: result.standardOutput, errors: result.standardError)
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw ProgramTimeout(program: program.string, arguments: arguments)
            }
            return outcome
        }
    }
}

struct ProgramTimeout: Error {
    var program: String
    var arguments: [String]
}

/// Processes that carry the owner tag of one state folder.
func processes(ownedBy state: String) -> [Int32] {
    // As the tag writes a folder: whatever is no letter, digit, `-`, `_` or `.` becomes `_`.
    let lab = String(state.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return folders.compactMap { Int32($0) }.filter { pid in
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return false }
        return String(decoding: data, as: UTF8.self).split(separator: "\0").contains {
            $0.hasPrefix("LABD_OWNER=\(lab):")
        }
    }
}
