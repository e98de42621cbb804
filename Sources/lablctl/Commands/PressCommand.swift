import ArgumentParser
import LabModel
import LabWire

/// `lablctl board press NAME LINE`.
struct PressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "press", abstract: "Press a pin or a button of a board: reset, recovery, boot mode.",
        discussion: """
            The board's `lines` in labd's configuration say which there are; `lablctl board NAME` lists them. Refused \
            while a job holds the board.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Argument(help: "The line's name, such as reset.")
    var line: String

    @Option(name: .customLong("for"), help: ArgumentHelp("How long, in seconds.", valueName: "seconds"))
    var seconds: Double?

    @Flag(help: "Hold it until it is released.")
    var hold = false

    @Flag(help: "Let go of a line that was held.")
    var release = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if [hold, release, seconds != nil].count(where: { $0 }) > 1 {
            throw ValidationError("use one of --for, --hold and --release")
        }
        if let seconds, !(seconds > 0 && seconds <= 60) { throw ValidationError("--for must be from 0 to 60 seconds") }
    }

    func run() async throws {
        try await server.withClient(patience: .seconds(90)) { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/lines/\(Endpoint.percentEncoded(line))",
                json: LineRequest(change: hold ? "hold" : release ? "release" : "press", seconds: seconds))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines([
                "\(SafeText.line(line)) of \(SafeText.line(name)): \(hold ? "held" : release ? "released" : "pressed")"
            ])
        }
    }
}
