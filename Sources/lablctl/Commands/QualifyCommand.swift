import ArgumentParser
import LabModel
import LabWire

/// `lablctl board qualify NAME`.
struct QualifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qualify", abstract: "Prove a board before it takes jobs.",
        discussion: """
            Switches the board on and off again and again; each time its console must show the marker, and its power \
            must be seen to follow. When every boot succeeds the board's health becomes good, else bad; both with the \
            evidence. What somebody says of its health meanwhile stays. Three failures in a row end it. Refused while a \
            job holds the board, and when it is retired; afterwards the board is off.

            Exit status: 0 for a board that is qualified, 1 for one that is not.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Option(help: "How many boots.")
    var boots = 20

    @Option(help: ArgumentHelp("What its console shows when it is up.", valueName: "regex"))
    var marker: String?

    @Option(help: ArgumentHelp("How long a boot may take.", valueName: "seconds"))
    var within = 300.0

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let range = BoardQualification.bootsRange
        if !range.contains(boots) {
            throw ValidationError("--boots must be from \(range.lowerBound) to \(range.upperBound)")
        }
        if !(within > 0 && within <= 3600) { throw ValidationError("--within must be from 0 to 3600 seconds") }
    }

    func run() async throws {
        let isQualified = try await server.withClient(patience: .seconds((Int(within) + 60) * boots)) { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/qualify",
                json: QualifyRequest(boots: boots, marker: marker, within: within))
            let report = try client.decode(QualificationInfo.self, from: body)
            let stdout = Output.standard()
            if output.json {
                stdout.json(body)
            } else {
                stdout.lines(QualificationView(style: stdout.style).lines(report, of: name))
            }
            return report.isQualified
        }
        if !isQualified { throw ExitCode(1) }
    }
}
