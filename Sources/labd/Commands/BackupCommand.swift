import ArgumentParser
import LabModel
import LabStore

/// `labd backup TARGET`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the lab's memory to a new folder, while labd runs or while it does not.",
        discussion: """
            The copy is the database as it was at one moment, logs of jobs, reports of power cuts and the token, with a \
            manifest of digests. The folder is there when the backup is whole, and not before. The configuration and \
            the board files are not part of the state: keep them elsewhere.

            Exit status: 0 the backup is made, 70 something could not be copied, 78 the folder cannot be used.
            """)

    @Argument(help: "A folder that is not there yet.")
    var target: String

    @Flag(help: "Take the recordings of power cuts along: disks, often of gigabytes.")
    var recordings = false

    @Flag(help: "Take the transcripts of consoles along.")
    var consoles = false

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let manifest = try await maintaining {
            try StateBackup(
                places: try options.places(), target: Maintenance.absolute(target),
                takesRecordings: recordings, takesConsoles: consoles
            ).run()
        }
        if json { return try Maintenance.print(manifest) }
        print(
            "backed up \(manifest.state): \(manifest.database.jobs) jobs, \(manifest.database.results) results, "
                + "\(manifest.files.count) files, \(manifest.size >> 20) MiB, in \(Maintenance.absolute(target))"
        )
    }
}
