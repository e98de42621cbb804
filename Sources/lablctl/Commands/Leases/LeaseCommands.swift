import ArgumentParser
import LabModel
import LabWire

/// The board that a command about a lease is about, and in whose name.
struct LeasedBoardArgument: ParsableArguments {
    @Argument(help: "The board's name.")
    var name: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only if this lease still stands. Default: LABD_LEASE, else any lease of yours.", valueName: "number"))
    var lease: Int64?

    func validate() throws {
        if let lease, lease < 1 { throw ValidationError("a lease's number is 1 or more") }
    }

    func client(_ client: LabClient) -> LabClient {
        lease.map { client.naming($0, of: name) } ?? client
    }
}

/// `lablctl extend BOARD --for 1h`.
struct ExtendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Make your lease of a board longer.",
        discussion: "Refused when the board is not yours any more, or somebody has asked to have it back.")

    @OptionGroup var board: LeasedBoardArgument

    @Option(name: .customLong("for"), help: ArgumentHelp("How much longer: 30m, 2h.", valueName: "length"))
    var length: DurationArgument

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await board.client(client).extend(board.name, seconds: length.duration.inSeconds)
            try LeaseView.show(body, client, json: output.json) { $0.extended($1) }
        }
    }
}

/// `lablctl release BOARD`.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give a board back that you have reserved.",
        discussion: """
            Only if it is still yours: a board that somebody else holds meanwhile is left alone, with exit status 75. \
            The board's power goes off, and it takes jobs again.
            """)

    @OptionGroup var board: LeasedBoardArgument

    @Option(name: .long, help: "Why, for the board's log.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient(patience: .seconds(180)) { client in
            let body = try await board.client(client).release(board.name, reason: reason)
            try LeaseView.show(body, client, json: output.json) { $0.released($1) }
        }
    }
}

/// `lablctl hand-over BOARD USER`.
struct HandOverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-over", abstract: "Give your lease of a board to somebody else; the board stays as it is.",
        discussion: "Its power and console go on undisturbed. Your own commands are refused from then on.")

    @OptionGroup var board: LeasedBoardArgument

    @Argument(help: "Who gets it, as LABD_USER or the login name has it there.")
    var user: String

    @Option(name: .long, help: "What for, for the board's log.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await board.client(client).handOver(board.name, to: user, reason: reason)
            try LeaseView.show(body, client, json: output.json) { $0.begun($1) }
        }
    }
}

/// `lablctl kick BOARD --reason WHY`.
struct KickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kick", abstract: "Take a board back from the person who holds it.",
        discussion: """
            The holder is told at once who takes it and why, and has a time of grace to finish; then the board's power goes off and \
            it takes jobs again. A board that a job holds comes back by `lablctl cancel`.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Option(name: .long, help: "Why: the holder and the board's log are told.")
    var reason: String

    @Option(name: .long, help: ArgumentHelp("How long the holder has to finish. Default: 2m.", valueName: "length"))
    var grace: DurationArgument?

    @Flag(name: .long, help: "Without a time of grace.")
    var now = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if now, grace != nil { throw ValidationError("use one of --grace and --now") }
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason must say something") }
    }

    func run() async throws {
        try await server.withClient(patience: .seconds(180)) { client in
            let body = try await client.kick(name, reason: reason, grace: now ? 0 : grace?.duration.inSeconds)
            try LeaseView.show(body, client, json: output.json) { $0.kicked($1) }
        }
    }
}

/// `lablctl leases`, `lablctl leases --history BOARD`.
struct LeasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leases", abstract: "List who holds which board, or what became of a board's leases.",
        discussion: "Boards that jobs hold are in `lablctl boards`.")

    @Option(name: .long, help: ArgumentHelp("What became of this board's leases, newest first.", valueName: "board"))
    var history: String?

    @Option(name: .long, help: ArgumentHelp("At most so many lines of history.", valueName: "count"))
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        try await server.withClient { client in
            let stdout = Output.standard()
            let view = LeaseView(style: stdout.style)
            if let history {
                let body = try await client.boardLog(history, kind: "leases", limit: limit)
                if output.json { return stdout.json(body) }
                return stdout.lines(view.log(try client.decode(BoardLogPage.self, from: body)))
            }
            let body = try await client.leases()
            if output.json { return stdout.json(body) }
            stdout.lines(view.table(try client.decode(LeaseList.self, from: body)))
        }
    }
}
