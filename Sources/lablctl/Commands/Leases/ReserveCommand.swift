import ArgumentParser
import LabModel
import LabWire

/// `lablctl reserve BOARD`, `lablctl reserve --type T -- COMMAND`.
struct ReserveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve", abstract: "Take a board for yourself; jobs wait until you give it back.",
        discussion: """
            By its name, or any board of a type that takes jobs. The lease ends by itself after --for; then, and when you \
            release it, the board's power goes off and it takes jobs again.

            With a command behind `--` the lease lasts as long as the command, at most --for: it is released at the \
            command's end, whose exit status is lablctl's own. The command finds the board's name in LABD_BOARD, and \
            what lablctl does in it is done in the name of this lease (LABD_LEASE). When the lease ends first, because \
            somebody took the board back, the command is ended and the exit status is 75.

            With --keep-alive and no command, lablctl stays and keeps the lease until Ctrl-C. Whoever vanishes loses the \
            board so long after his last sign of life.

            Exit status: 0; 75 when none is free, 66 when there is no such board, 65 when no board fits.
            """)

    @Argument(help: "The board's name.")
    var board: String?

    @Option(name: .long, help: ArgumentHelp("Any board of this type instead.", valueName: "type"))
    var type: String?

    @Option(
        name: .long, help: ArgumentHelp("A tag that the board must have. May come several times.", valueName: "tag"))
    var tag: [String] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("How long: 90s, 30m, 2h. Default: 2h.", valueName: "length"))
    var length: DurationArgument?

    @Option(name: .long, help: "What for, for those who want the board too.")
    var reason: String?

    @Flag(name: .long, help: "Wait until the board is free, before all jobs that wait.")
    var wait = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "End the lease so long after the last sign of life. With a command: 60s.", valueName: "length"))
    var keepAlive: DurationArgument?

    @Argument(parsing: .postTerminator, help: "A command that has the board, behind `--`.")
    var command: [String] = []

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if (board == nil) == (type == nil) { throw ValidationError("name either a board or a --type") }
        if output.json, !command.isEmpty { throw ValidationError("the command has the output; leave --json out") }
        if let length, !ReservationWish.lengths.contains(length.duration) {
            throw ValidationError("--for must be from 1s to 30 days")
        }
        if let keepAlive, !ReservationWish.keepAlives.contains(keepAlive.duration) {
            throw ValidationError("--keep-alive must be from 5s to 1 day")
        }
    }

    /// The keep-alive of a lease that a command has, when nobody says.
    private static let commandKeepAlive = Duration.seconds(60)

    func run() async throws {
        let keepAlive = keepAlive?.duration ?? (command.isEmpty ? nil : Self.commandKeepAlive)
        let request = LeaseRequest(
            board: board, type: type, tags: tag.isEmpty ? nil : tag, seconds: length?.duration.inSeconds,
            reason: reason ?? (command.isEmpty ? nil : command.joined(separator: " ")),
            keepAlive: keepAlive?.inSeconds)
        try await server.withClient { client in
            guard let body = try await obtained(request, client) else {
                throw CommandEnding(status: .interrupted)
            }
            let lease = try client.decode(LeaseInfo.self, from: body)
            let stdout = Output.standard()
            let keeping = LeaseKeeping(client: client.naming(lease), lease: lease)
            guard command.isEmpty else { return try await keeping.during(command, address: server.server) }
            if output.json {
                stdout.json(body)
            } else {
                stdout.lines(LeaseView(style: stdout.style).begun(lease))
            }
            if keepAlive != nil { try await keeping.untilInterrupted() }
        }
    }

    /// - Returns: nil when it was interrupted while it waited.
    private func obtained(_ request: LeaseRequest, _ client: LabClient) async throws -> [UInt8]? {
        guard wait else { return try await client.reserve(request) }
        return try await Interrupts.watched { _ in
            .stop
        } during: {
            try await client.waitForBoard(request) { Output.progress().line("waiting: \(SafeText.line($0))") }
        }
    }
}
