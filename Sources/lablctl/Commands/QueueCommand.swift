import ArgumentParser
import LabModel
import LabWire

/// `lablctl queue`.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "List waiting jobs in the order of their turns, and why each waits.",
        discussion: """
            The earliest turn goes first. A job's turn is when it was submitted; a point of priority moves it six \
            minutes ahead, and every board minute that its submitter used lately moves it a minute back.
            """)

    @Option(name: .long, help: "At most so many.")
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get("\(LabClient.root)/queue?limit=\(limit)")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(QueueView(style: stdout.style).lines(try client.decode(QueueInfo.self, from: body)))
        }
    }
}
