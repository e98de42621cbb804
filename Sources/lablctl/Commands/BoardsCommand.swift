import ArgumentParser
import LabModel
import LabWire

/// `lablctl boards`, `lablctl boards reload`.
struct BoardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boards", abstract: "List the lab's boards, and what is wrong with their files.",
        subcommands: [ListBoardsCommand.self, ReloadBoardsCommand.self], defaultSubcommand: ListBoardsCommand.self)
}

/// `lablctl boards`, in full `lablctl boards list`.
struct ListBoardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the lab's boards, and what is wrong with their files.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get("\(LabClient.root)/boards")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let list = try client.decode(BoardList.self, from: body)
            stdout.lines(BoardView(style: stdout.style).table(list))
            stdout.lines(PauseView(style: stdout.style).lines(list.pauses ?? []))
        }
    }
}

/// `lablctl boards reload`.
struct ReloadBoardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have labd read the board files and device types now.",
        discussion: """
            labd notices changes by itself, at once on a disk of its own and within ten seconds on a network file system.
            Exit status: 0 when every board file is right, 78 when one is not.
            """)

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.post(
                "\(LabClient.root)/boards/reload", body: [], contentType: "application/json")
            let stdout = Output.standard()
            let info = try client.decode(BoardReloadInfo.self, from: body)
            let list = try client.decode(BoardList.self, from: try await client.get("\(LabClient.root)/boards"))
            if output.json { stdout.json(body) } else { stdout.lines(BoardView(style: stdout.style).reloaded(info)) }
            let faults = list.boards.flatMap { $0.diagnostics ?? [] } + info.problems
            if faults.contains(where: { $0.severity == "error" }) { throw CommandEnding(status: .configuration) }
        }
    }
}
