import ArgumentParser
import LabModel
import LabWire

/// `lablctl board history NAME`.
struct BoardHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show what a board has been through: runs, boot times, failures, health.",
        discussion: """
            Signs of a board that goes bad are told only when chance alone would hardly look so, with the lab's size \
            reckoned in: one look in twenty at a sound lab shows one.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Option(name: .long, help: "The last so many runs, 1 to 1000.")
    var last = 20

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(last) else { throw ValidationError("--last must be from 1 to 1000") }
    }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(
                LabClient.target(
                    "history/boards/\(Endpoint.percentEncoded(name))", [("limit", String(last))]))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let history = try client.decode(BoardHistoryInfo.self, from: body)
            stdout.lines(BoardHistoryView(style: stdout.style).lines(history))
        }
    }
}
