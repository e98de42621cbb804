import ArgumentParser
import LabModel
import LabWire

/// `lablctl logs ID`.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Show a job's log.")

    @OptionGroup var job: JobArgument

    @Flag(name: .shortAndLong, help: "Go on until the job ends, and end with its exit code.")
    var follow = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await server.withClient { client in
            follow ? try await following(client) : try await printed(client)
        }
        try CommandEnding.check(status)
    }

    private func following(_ client: LabClient) async throws -> CommandStatus {
        let follower = JobFollower(client: client, json: output.json)
        let id = try await job.id(client)
        let ending = try await Interrupts.watched { _ in
            .stop
        } during: {
            try await follower.follow(id)
        }
        guard let ending else { return .interrupted }
        let stdout = Output.standard()
        if !output.json { stdout.line(JobView(style: stdout.style).ending(ending.job)) }
        return CommandStatus(job: ending.job, results: ending.results)
    }

    private func printed(_ client: LabClient) async throws -> CommandStatus {
        let stdout = Output.standard()
        let view = LogView(style: stdout.style)
        let id = try await job.id(client)
        var offset: Int64 = 0
        while true {
            let page = try await client.logPage(id, offset: offset)
            for entry in page.entries {
                if output.json {
                    if let body = JobFollower.encoded(entry) { stdout.json(body) }
                } else if let line = view.line(for: entry) {
                    stdout.line(line)
                }
            }
            guard page.next > offset else { return .success }
            offset = page.next
        }
    }
}
