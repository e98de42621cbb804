import ArgumentParser
import Foundation

/// `labd doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what works on this host and what is missing, with the command that mends it.",
        discussion: "Exit status: 0 when every vital part is there, 1 otherwise, 78 for a configuration with mistakes.")

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let (configuration, shared) = try await complaining { try options.resolve() }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let checks = HostExamination(configuration: configuration, shared: shared, path: path).run()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(checks), as: UTF8.self))
        } else {
            let width = checks.map(\.name.count).max() ?? 0
            for check in checks {
                let name = check.name + String(repeating: " ", count: width - check.name.count)
                print("\(Self.marks[check.verdict] ?? "?")  \(name)  \(check.detail)")
                if let mend = check.mend { print("\(String(repeating: " ", count: width + 9))mend: \(mend)") }
            }
        }
        if checks.contains(where: { $0.verdict == .missing }) { throw ExitCode(1) }
    }

    private static let marks: [HostCheck.Verdict: String] = [.ok: "ok   ", .limited: "note ", .missing: "MISS "]
}
