import ArgumentParser
import LabModel
import LabWire

/// `lablctl board measure-power NAME`.
struct MeasurePowerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-power", abstract: "Measure how a board's power goes away.",
        discussion: """
            Switches the board on and cuts its power again and again; each time the last byte on the console tells when \
            the board was without. Median and spread are stored with the board, and campaigns of power cuts aim with \
            them. Refused while a job holds the board; afterwards the board is off.

            Without --run the board is cut while it boots, which tells the moment no better than its boot text is \
            dense. A command that prints without end tells it to the byte.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Option(name: .long, help: "How many cuts.")
    var times = 20

    @Option(name: .long, help: ArgumentHelp("The shell prompt at which --run is typed.", valueName: "regex"))
    var prompt: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "A command that prints without end, such as 'while :; do echo .; done'.", valueName: "command"))
    var chatter: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let range = PowerMeasurement.timesRange
        if !range.contains(times) {
            throw ValidationError("--times must be from \(range.lowerBound) to \(range.upperBound)")
        }
        if prompt != nil, chatter == nil { throw ValidationError("--prompt needs --run") }
    }

    func run() async throws {
        // Each cut wants a boot.
        try await server.withClient(patience: .seconds(300 * times)) { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/measure-power",
                json: MeasurePowerRequest(times: times, prompt: prompt, run: chatter))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(BoardView(style: stdout.style).details(try client.decode(BoardInfo.self, from: body)))
        }
    }
}
