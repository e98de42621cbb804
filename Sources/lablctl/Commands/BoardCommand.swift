import ArgumentParser
import LabModel
import LabWire

/// `lablctl board NAME`, `lablctl board measure-power NAME`.
struct BoardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board",
        abstract:
            "Show one board, say how far it is to be trusted, add, check, press, prove or measure one, look back.",
        subcommands: [
            ShowBoardCommand.self, NewBoardCommand.self, CheckBoardCommand.self, PressCommand.self, QualifyCommand.self,
            MeasurePowerCommand.self, BoardHealthCommand.self, BoardLogCommand.self, BoardHistoryCommand.self,
        ],
        defaultSubcommand: ShowBoardCommand.self)
}

/// `lablctl board NAME`, in full `lablctl board show NAME`.
struct ShowBoardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one board, or say how far it is to be trusted.")

    @Argument(help: "The board's name.")
    var name: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Set the health: good, unknown, maintenance, retired, bad or looping.", valueName: "health"))
    var health: String?

    @Option(name: .long, help: "Why the health is set.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let known = BoardHealth.allCases.map { $0.name.lowercased() }
        if let health, !known.contains(health.lowercased()) {
            throw ValidationError("'\(health)' is not a health; use one of \(known.joined(separator: ", "))")
        }
        if reason != nil && health == nil { throw ValidationError("--reason needs --health") }
    }

    func run() async throws {
        try await server.withClient { client in
            let target = "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))"
            let body: [UInt8]
            if let health {
                body = try await client.post(target + "/health", json: HealthRequest(health: health, reason: reason))
            } else {
                body = try await client.get(target)
            }
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(BoardView(style: stdout.style).details(try client.decode(BoardInfo.self, from: body)))
        }
    }
}
