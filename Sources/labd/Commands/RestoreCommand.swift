import ArgumentParser
import LabModel
import LabStore

/// `labd restore SOURCE`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a state folder of a backup.",
        discussion: """
            The backup is copied beside the state folder's place and checked there: digests, database, what belongs \
            together. Only then it takes the place. A state folder that labd uses is refused; one that is there is \
            refused too, or put aside with --replace. Jobs that ran when the backup was made run again.

            Exit status: 0 the state folder is there, 70 something could not be copied, 78 the backup or the state \
            folder cannot be used.
            """)

    @Argument(help: "A folder that `labd backup` made.")
    var source: String

    @Flag(help: "Put a state folder that is there aside, under a name with the time.")
    var replace = false

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Encodable {
        var state: String
        var aside: String?
        var manifest: BackupManifest
        var findings: [StateFinding]
    }

    func run() async throws {
        let places = try await maintaining { try options.places() }
        let outcome = try await maintaining {
            try StateRestore(
                source: Maintenance.absolute(source), places: places, replaces: replace
            ).run()
        }
        if json {
            return try Maintenance.print(
                Answer(
                    state: places.root, aside: outcome.aside, manifest: outcome.manifest,
                    findings: outcome.findings))
        }
        let facts = outcome.manifest.database
        print("restored \(places.root) as it was at \(outcome.manifest.created)")
        print("\(facts.jobs) jobs; the next one is number \(facts.newestJob + 1)")
        if facts.unfinishedJobs > 0 { print("\(facts.unfinishedJobs) jobs had not ended: they wait or run again") }
        if let aside = outcome.aside { print("what was there is in \(aside) now") }
    }
}
