import ArgumentParser
import LabModel
import LabWire

/// `lablctl board check NAME`.
struct CheckBoardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold a board against what its file and its type say.",
        discussion: """
            Switches the board on, listens to its console, stops its boot loader, asks that for the board's memory, holds \
            the type's load addresses against it, and switches the board off. What fails is told with what to try. \
            Refused while a job holds the board; afterwards the board is off.

            Exit status: 0 when nothing failed, 1 when something did.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let isSound = try await server.withClient(patience: Self.patience) { client in
            try await Self.check(name, client, json: output.json)
        }
        if !isSound { throw ExitCode(1) }
    }

    /// A board that says nothing until the last moment.
    static let patience = Duration.seconds(600)

    /// Checks a board and shows what came of it.
    ///
    /// - Returns: whether nothing failed.
    static func check(_ name: String, _ client: LabClient, json: Bool) async throws -> Bool {
        let body = try await client.post(
            "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/inspect", body: [],
            contentType: "application/json")
        let info = try client.decode(InspectionInfo.self, from: body)
        let stdout = Output.standard()
        if json { stdout.json(body) } else { stdout.lines(InspectionView(style: stdout.style).lines(info, of: name)) }
        return info.isSound
    }
}
