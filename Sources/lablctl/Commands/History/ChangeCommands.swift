import ArgumentParser
import LabModel
import LabWire

/// `lablctl flaky`.
struct FlakyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flaky", abstract: "List test cases that pass and fail on the same build.",
        discussion: """
            A case is flaky when runs of one build, in jobs of one name on one device type, ended differently. A flip is \
            such a change from one run to the next; the rate is flips by pairs of runs that follow each other. The \
            surest come first: one flip in two runs says less than ten in a hundred. Jobs whose build nobody knows are \
            left out and counted.
            """)

    @OptionGroup var since: SinceOption
    @OptionGroup var filters: HistoryFilters
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    var target: String { LabClient.target("history/flaky", since.query + filters.query) }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(target)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(ChangesView(style: stdout.style).flaky(try client.decode(FlakyList.self, from: body)))
        }
    }
}

/// `lablctl regressions`.
struct RegressionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regressions", abstract: "List test cases that fail since a build, and those that pass since one.",
        discussion: """
            The newest build of a case is held against the last one on which it ended otherwise. A build on which it \
            passed and failed is no witness: `lablctl flaky` lists those cases. Exit status: 0, also with regressions.
            """)

    @OptionGroup var since: SinceOption
    @OptionGroup var filters: HistoryFilters
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    var target: String { LabClient.target("history/regressions", since.query + filters.query) }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(target)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(ChangesView(style: stdout.style).changes(try client.decode(ChangeList.self, from: body)))
        }
    }
}
