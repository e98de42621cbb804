import ArgumentParser
import JobDSL
import LabModel
import LabWire

/// `lablctl powercut record FILE`.
struct PowerCutRecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record an update, and explore nothing yet.",
        discussion: """
            FILE is a job whose `power_cut` block (`on: virtual`) names the update. It is submitted with `models: []`: \
            the update runs once on a twin of the board, and every write and flush is kept. `lablctl powercut \
            explore` goes on from there. Ctrl-C leaves the job running.
            """)

    @Argument(help: ArgumentHelp("The job, a YAML file; - reads standard input.", valueName: "file"))
    var file: String

    @Option(help: "The recording's name in the job's results, one word.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The `power_cut` block's position in the job, from 0; the first with `on: virtual` if not given.",
            valueName: "number"))
    var block: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the recording to this file too.", valueName: "trace"))
    var output: String?

    @Flag(name: .shortAndLong, help: "Show the job's log.")
    var follow = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var json: OutputOptions

    func run() async throws {
        let text = try HostFiles.readJob(file)
        let rewritten: String
        do {
            rewritten = try ExplorationRewrite(name: name, models: []).text(of: text, block: block)
        } catch {
            throw CommandError(.invalidJob, error.placed(at: file))
        }
        let status = try await server.withClient { client in
            let follower = JobFollower(client: client, json: json.json)
            let submitted = try await follower.submit(rewritten, file: file)
            let (id, shows) = (submitted.id, follow)
            let ending = try await Interrupts.watched { _ in
                .stop
            } during: {
                shows ? try await follower.follow(id) : try await follower.wait(for: id)
            }
            guard let ending else {
                Output.progress().line("job \(id) goes on; `lablctl logs -f \(id)` follows it")
                return CommandStatus.interrupted
            }
            return try await tell(ending, client)
        }
        try CommandEnding.check(status)
    }

    private func tell(_ ending: JobFollower.Ending, _ client: LabClient) async throws -> CommandStatus {
        let status = CommandStatus(job: ending.job, results: ending.results)
        let stdout = Output.standard()
        guard status == .success else {
            if !json.json { stdout.line(JobView(style: stdout.style).ending(ending.job)) }
            return status
        }
        let id = ending.job.id
        let body = try await client.get("\(LabClient.root)/jobs/\(id)/power-cut-recording")
        if json.json {
            stdout.json(body)
        } else {
            let info = try client.decode(RecordingInfo.self, from: body)
            stdout.lines(RecordingView(style: stdout.style).lines(info))
        }
        if let output {
            let target = "\(LabClient.root)/jobs/\(id)/power-cut-trace"
            let written = try await PowerCutExportCommand.save(target, to: output, client: client)
            Output.progress().line("wrote \(output): \(Figures.bytes(written.length))")
        }
        return .success
    }
}
