import ArgumentParser
import LabModel
import LabWire

/// `lablctl boards`.
struct BoardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "boards", abstract: "List the lab's boards.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get("\(LabClient.root)/boards")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let list = try client.decode(BoardList.self, from: body)
            stdout.lines(BoardView(style: stdout.style).table(list))
        }
    }
}
