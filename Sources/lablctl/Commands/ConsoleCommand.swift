import ArgumentParser
import Foundation
import LabModel
import LabWire

/// `lablctl console NAME`.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Watch a board's console, and type at it when no job holds the board.",
        discussion: """
            Ctrl-] leaves. Without a terminal on standard input the console is only watched. With --json each piece \
            is one line of JSON: {"bytes":BASE64,"next":OFFSET} or {"lost":COUNT}.
            """)

    @Argument(help: "The board's name.")
    var name: String

    @Flag(name: .long, help: "Only watch, even when typing is possible.")
    var watch = false

    @Option(name: .long, help: ArgumentHelp("Show so much of what was printed before.", valueName: "bytes"))
    var tail = 4096

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1_048_576).contains(tail) else { throw ValidationError("--tail must be from 0 to 1048576") }
    }

    func run() async throws {
        try await server.withClient { client in
            let board = try await client.board(name)
            let progress = Output.progress()
            let keyboard = watch || output.json ? nil : RawTerminal()
            progress.line(Self.greeting(board, types: keyboard != nil))
            let session = ConsoleSession(client: client, board: board.name, json: output.json, tail: tail)
            guard let keyboard else {
                _ = try await Interrupts.watched { _ in
                    .stop
                } during: {
                    try await session.watch()
                }
                return
            }
            defer { keyboard.restore() }
            try await session.interact(with: keyboard)
            keyboard.restore()
            progress.line("\nleft the console of \(board.name)")
        }
    }

    static func greeting(_ board: BoardInfo, types: Bool) -> String {
        let leave = types ? "Ctrl-] leaves" : "Ctrl-C leaves"
        if let lease = board.lease {
            return
                "console of \(board.name), power \(board.power), held by \(LeaseView(style: .plain).clause(lease)); \(leave)"
        }
        guard let job = board.currentJob else {
            return "console of \(board.name), power \(board.power); \(leave)"
        }
        return "console of \(board.name), held by job \(job): watching only; \(leave)"
    }
}
