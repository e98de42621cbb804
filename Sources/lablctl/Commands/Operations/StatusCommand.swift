import ArgumentParser
import LabModel
import LabWire

/// `lablctl status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show the lab on one screen.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get("\(LabClient.root)/status")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(StatusView(style: stdout.style).lines(try client.decode(StatusInfo.self, from: body)))
        }
    }
}
