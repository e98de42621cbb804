import ArgumentParser
import LabModel
import LabWire

/// `lablctl cancel ID`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel a job.")

    @OptionGroup var job: JobArgument

    @Option(name: .long, help: "Why, for whoever reads the job later.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let id = try await job.id(client)
            let before = try await client.job(id)
            let body = try await client.cancel(id, reason: reason)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.line(Self.sentence(before: before, after: try client.decode(JobInfo.self, from: body)))
        }
    }

    /// What became of the job that was to be canceled.
    static func sentence(before: JobInfo, after: JobInfo) -> String {
        if before.isFinished { return "job \(after.id) had ended already: \(SafeText.line(after.health))" }
        return "job \(after.id): \(SafeText.line(after.isFinished ? after.health : after.state))"
    }
}
