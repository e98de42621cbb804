import ArgumentParser
import LabModel
import LabWire

/// `lablctl board health NAME maintenance --reason WHY`.
struct BoardHealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Say how far a board is to be trusted.",
        discussion: """
            good and unknown boards take jobs; looping ones run their health check again and again; bad, maintenance and \
            retired ones take none. In maintenance a board may have power without anybody holding it; when it leaves \
            maintenance its power goes off. `lablctl board log` tells who said what, when and why.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Argument(
        help: ArgumentHelp("good, unknown, looping, bad, maintenance or retired.", valueName: "health"),
        completion: .list(BoardHealth.allCases.map { $0.name.lowercased() }))
    var health: String

    @Option(name: .long, help: "Why: for maintenance, retired and bad it must be said.")
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let known = BoardHealth.allCases.first(where: { $0.name.lowercased() == health.lowercased() }) else {
            let names = BoardHealth.allCases.map { $0.name.lowercased() }.joined(separator: ", ")
            throw ValidationError("'\(health)' is not a health; use one of \(names)")
        }
        if [.maintenance, .retired, .bad].contains(known), reason?.allSatisfy(\.isWhitespace) ?? true {
            let what = known == .maintenance ? "in maintenance" : known.name.lowercased()
            throw ValidationError("say with --reason why the board is \(what)")
        }
    }

    func run() async throws {
        try await server.withClient(patience: .seconds(180)) { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))/health",
                json: HealthRequest(health: health, reason: reason))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let board = try client.decode(BoardInfo.self, from: body)
            let why = board.healthReason.map { ": \(SafeText.line($0))" } ?? ""
            stdout.line("\(SafeText.line(board.name)): \(SafeText.line(board.health))\(why)")
        }
    }
}

/// `lablctl board log NAME`.
struct BoardLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show who held a board, what was said of its health, and why; newest first.")

    @Argument(help: "The board's name.")
    var name: String

    @Option(name: .long, help: ArgumentHelp("At most so many lines.", valueName: "count"))
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.boardLog(name, kind: nil, limit: limit)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(LeaseView(style: stdout.style).log(try client.decode(BoardLogPage.self, from: body)))
        }
    }
}
