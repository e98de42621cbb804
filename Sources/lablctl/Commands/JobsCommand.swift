import ArgumentParser
import LabModel
import LabWire

/// `lablctl jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "jobs", abstract: "List jobs, newest first.")

    @Option(name: .long, help: "Only jobs in these states, such as running,submitted.")
    var state: String?

    @Option(name: .long, help: "Only jobs that ended so: complete, incomplete or canceled.")
    var health: String?

    @Option(name: .long, help: ArgumentHelp("Only jobs for this device type.", valueName: "name"))
    var type: String?

    @Option(name: .long, help: ArgumentHelp("Only jobs on this board.", valueName: "name"))
    var board: String?

    @Option(name: .long, help: ArgumentHelp("Only jobs of this submitter.", valueName: "name"))
    var submitter: String?

    @Option(name: .long, help: "At most so many.")
    var limit = 50

    @Option(name: .long, help: "Leave out so many of the newest.")
    var offset = 0

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
        guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
        try Self.check(state, of: "--state", known: JobState.allCases.map(\.name))
        try Self.check(health, of: "--health", known: JobHealth.allCases.map(\.name))
    }

    private static func check(_ words: String?, of option: String, known: [String]) throws {
        let known = known.map { $0.lowercased() }
        for word in (words ?? "").split(separator: ",") where !known.contains(word.trimmedOfWhitespace.lowercased()) {
            throw ValidationError("'\(word)' is no word for \(option); use \(known.joined(separator: ", "))")
        }
    }

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(target)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let list = try client.decode(JobList.self, from: body)
            stdout.lines(JobView(style: stdout.style).table(list))
        }
    }

    /// The request that the options make.
    var target: String {
        let filters = [
            ("state", state), ("health", health), ("type", type), ("board", board), ("submitter", submitter),
            ("limit", String(limit)), ("offset", offset == 0 ? nil : String(offset)),
        ]
        let query = filters.compactMap { name, value in value.map { "\(name)=\(Endpoint.percentEncoded($0))" } }
        return "\(LabClient.root)/jobs?" + query.joined(separator: "&")
    }
}
