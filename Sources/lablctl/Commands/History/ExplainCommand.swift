import ArgumentParser
import LabModel
import LabWire

/// `lablctl job explain ID`.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say where a failed boot left the way of its board's last good one.",
        discussion: """
            The console of the failed boot is held line by line against that of the last good boot of the same board, \
            of a job of the same name if there is one. Timestamps, addresses and counters do not count, and lines may \
            come in another order.
            """)

    @OptionGroup var job: JobArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let id = try await job.id(client)
            let body = try await client.get("\(LabClient.root)/jobs/\(id)/explanation")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let explanation = try client.decode(JobExplanationInfo.self, from: body)
            stdout.lines(ExplanationOfJobView(style: stdout.style).lines(explanation))
        }
    }
}
