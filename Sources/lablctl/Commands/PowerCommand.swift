import ArgumentParser
import LabModel
import LabWire

/// `lablctl power NAME on|off|cycle`.
struct PowerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power", abstract: "Switch a board's power.",
        discussion: "Refused while a job holds the board.")

    enum Change: String, ExpressibleByArgument, CaseIterable {
        case on, off, cycle
    }

    @Argument(help: "The board's name.")
    var name: String

    @Argument(help: "on, off or cycle.")
    var change: Change

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/power",
                json: PowerRequest(change: change.rawValue))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let board = try client.decode(BoardInfo.self, from: body)
            stdout.line("\(SafeText.line(board.name)): power \(SafeText.line(board.power))")
        }
    }
}
