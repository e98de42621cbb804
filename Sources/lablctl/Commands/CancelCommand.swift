import ArgumentParser
import LabModel
import LabWire

/// `lablctl cancel ID`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel a job.")

    @Argument(help: "The job's number.")
    var id: Int64

    @Option(name: .long, help: "Why, for whoever reads the job later.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.cancel(id, reason: reason)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let job = try client.decode(JobInfo.self, from: body)
            stdout.line("job \(job.id): \(SafeText.line(job.state))")
        }
    }
}
