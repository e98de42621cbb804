import ArgumentParser
import LabModel
import LabWire

/// `lablctl power NAME on|off|cycle`.
struct PowerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power", abstract: "Switch a board's power.",
        discussion: """
            Refused while a job or somebody else holds the board. No board has power without somebody who holds it: one \
            that nobody holds becomes yours for half an hour when you switch it on, and is free again when you switch it \
            off or `lablctl release` it. A board in maintenance is switched without that.
            """)

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
            stdout.lines(PowerView(style: stdout.style).switched(board, isOff: change == .off))
        }
    }
}
