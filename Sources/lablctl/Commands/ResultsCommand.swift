import ArgumentParser
import LabModel
import LabWire

/// `lablctl results ID`.
struct ResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results", abstract: "Show a job's results, and what power cuts did.",
        discussion: "Ends with the job's exit code once the job has ended.")

    @OptionGroup var job: JobArgument

    @Flag(name: .shortAndLong, help: "Wait for the job to end.")
    var wait = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await server.withClient { client in
            let id = try await job.id(client)
            if wait {
                let follower = JobFollower(client: client, json: output.json)
                let ending = try await Interrupts.watched { _ in
                    .stop
                } during: {
                    try await follower.wait(for: id)
                }
                guard ending != nil else { return CommandStatus.interrupted }
            }
            let body = try await client.get("\(LabClient.root)/jobs/\(id)/results")
            let results = try client.decode(JobResults.self, from: body)
            let ended = try await client.job(id)
            let stdout = Output.standard()
            if output.json {
                stdout.json(body)
            } else {
                stdout.lines(ResultsView(style: stdout.style).lines(results))
            }
            return ended.isFinished ? CommandStatus(job: ended, results: results) : .success
        }
        try CommandEnding.check(status)
    }
}
