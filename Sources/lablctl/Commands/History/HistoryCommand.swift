import ArgumentParser
import LabModel
import LabWire

/// `lablctl history TEST`.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show how a test case ended lately.",
        discussion: """
            Newest first, whatever the suite, unless --suite names one. The build is what the job's metadata says, else \
            the digests of the images it booted.
            """)

    @Argument(help: "The test case.")
    var test: String

    @OptionGroup var filters: HistoryFilters

    @Option(name: .long, help: ArgumentHelp("Only on this board.", valueName: "name"))
    var board: String?

    @Option(name: .long, help: "The last so many, 1 to 1000.")
    var last = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(last) else { throw ValidationError("--last must be from 1 to 1000") }
        if test.isEmpty { throw ValidationError("name a test case") }
    }

    var target: String {
        var query: [(String, String?)] = [("name", test)]
        query += filters.query
        query += [("board", board), ("limit", String(last))]
        return LabClient.target("history/cases", query)
    }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(target)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(HistoryView(style: stdout.style).lines(try client.decode(CaseHistory.self, from: body)))
        }
    }
}
