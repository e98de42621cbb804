import ArgumentParser
import LabModel

/// `labd check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the lab's memory is sound, while labd runs or while it does not.",
        discussion: """
            The database file, what belongs together in it (jobs, leases, boards, power), and the files beside it. Of a \
            backup also every digest. Nothing is changed.

            Exit status: 0 nothing is wrong (notes do not count), 1 something is, 70 it could not be looked at, 78 there \
            is nothing to look at.
            """)

    @Argument(help: "A state folder or a backup; the configured state folder if not given.")
    var folder: String?

    @Flag(help: "Read cached images too and hold them against their digests.")
    var images = false

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Encodable {
        var state: String
        var isSound: Bool
        var findings: [StateFinding]
    }

    func run() async throws {
        let places = try await maintaining {
            try folder.map { StatePlaces(root: Maintenance.absolute($0)) } ?? options.places()
        }
        let findings = try await maintaining { try StateCheck(places: places, readsImages: images).run() }
        let isSound = findings.allSatisfy { $0.severity == .note }
        if json {
            try Maintenance.print(Answer(state: places.root, isSound: isSound, findings: findings))
        } else {
            for finding in findings {
                print("\(Self.mark(finding.severity))\(finding.subject): \(finding.message)")
                if let advice = finding.advice { print("       do: \(advice)") }
            }
            print("\(places.root): \(isSound ? "sound" : "\(findings.filter { $0.severity != .note }.count) findings")")
        }
        if !isSound { throw ExitCode(1) }
    }

    private static func mark(_ severity: StateFinding.Severity) -> String {
        switch severity {
        case .note: "note   "
        case .warning: "warn   "
        case .error: "ERROR  "
        }
    }
}
