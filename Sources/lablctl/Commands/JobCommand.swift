import ArgumentParser
import LabModel
import LabWire

/// `lablctl job ID`, `lablctl job explain ID`, `lablctl job pin ID`.
struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Show one job, say where its failed boot left the usual way, or keep it for good.",
        subcommands: [ShowJobCommand.self, ExplainCommand.self, PinJobCommand.self, UnpinJobCommand.self],
        defaultSubcommand: ShowJobCommand.self)
}

/// `lablctl job ID`, in full `lablctl job show ID`.
struct ShowJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one job.")

    @OptionGroup var job: JobArgument

    @Flag(name: .long, help: "Show the job's text as it was submitted.")
    var definition = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let id = try await job.id(client)
            let stdout = Output.standard()
            if definition {
                return stdout.write(try await client.get("\(LabClient.root)/jobs/\(id)/definition"))
            }
            let body = try await client.get("\(LabClient.root)/jobs/\(id)")
            if output.json { return stdout.json(body) }
            stdout.lines(JobView(style: stdout.style).details(try client.decode(JobInfo.self, from: body)))
        }
    }
}
