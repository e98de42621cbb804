import ArgumentParser
import LabModel
import LabWire

/// `lablctl run FILE`: one job, with a labd of its own.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run one job, or one group of jobs, with a private labd, and end it afterwards.",
        discussion: """
            Starts `labd --ephemeral` on a socket of its own, submits the job, follows its log, and ends the labd. \
            Ctrl-C cancels the job and waits until the board is at rest; a second Ctrl-C does not wait.
            """)

    @Argument(help: ArgumentHelp("The job, a YAML file; - reads standard input.", valueName: "file"))
    var file: String

    @OptionGroup(visibility: .hidden) var server: ServerOptions
    @OptionGroup var daemon: PrivateDaemonOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Show the results only, not the log.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "Where the page of an exploration of power cuts goes (`power_cut` with `on: virtual`).", valueName: "file"))
    var report: String?

    func validate() throws {
        guard server.server == nil else {
            throw ValidationError(
                "`lablctl run` starts a labd of its own; with one that runs: lablctl submit --follow \(file)")
        }
    }

    func run() async throws {
        let text = try HostFiles.readJob(file)
        let status = try await daemon.withDaemon { client in
            let follower = JobFollower(client: client, json: output.json, quiet: quiet, patience: .seconds(5))
            let submitted = try await follower.submit(text, file: file)
            let endings = try await Interrupts.watched { count in
                await Self.interrupt(count, jobs: submitted.ids, client: client)
            } during: {
                try await follower.followAll(submitted)
            }
            guard let endings else { return CommandStatus.canceled }
            for ending in endings { follower.report(ending) }
            if let report { try await PowerCutReportCommand.save(of: submitted.id, to: report, client: client) }
            return endings.map { CommandStatus(job: $0.job, results: $0.results) }.first { $0 != .success } ?? .success
        }
        try CommandEnding.check(status)
    }

    private static func interrupt(_ count: Int, jobs: [Int64], client: LabClient) async -> StreamStep {
        guard count == 1 else { return .stop }
        Interrupts.announceCanceling()
        // A job that ended just now cannot be canceled, and need not be.
        for job in jobs { _ = try? await client.cancel(job, reason: "interrupted by Ctrl-C") }
        return .goOn
    }
}
