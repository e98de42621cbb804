import ArgumentParser
import JobDSL
import LabModel
import LabWire

/// `lablctl powercut explore JOB`.
struct PowerCutExploreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore", abstract: "Explore a recording again, with other models or another budget.",
        discussion: """
            Submits a job that takes the recording of JOB with its update, questions and policy; nothing is recorded \
            again. It ends with the new job's exit code. Ctrl-C leaves the job running.
            """)

    @OptionGroup var recording: RecordingArgument

    @Option(help: "Which states: prefix, torn, subsets, nested, adversary, separated by commas.")
    var models = ModelsArgument.standard

    @Option(help: ArgumentHelp("Time for exploring, such as 10m.", valueName: "time"))
    var budget: DurationArgument?

    @Option(help: ArgumentHelp("Boots for exploring.", valueName: "number"))
    var boots: Int?

    @Option(help: ArgumentHelp("Boards that boot at the same time; one a processor if not given.", valueName: "number"))
    var twins: Int?

    @Option(help: ArgumentHelp("Decides which pruned states are booted all the same.", valueName: "number"))
    var seed: Int?

    @Option(help: ArgumentHelp("Write the page of the exploration there.", valueName: "file"))
    var report: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let boots, !(1...1_000_000).contains(boots) { throw ValidationError("--boots must be from 1 to 1000000") }
        if let twins, !(1...64).contains(twins) { throw ValidationError("--twins must be from 1 to 64") }
        if let seed, !(0...Int(Int32.max)).contains(seed) { throw ValidationError("--seed must be 0 or more") }
    }

    func run() async throws {
        let status = try await server.withClient { client in
            let follower = JobFollower(client: client, json: output.json)
            let id = try await recording.job.id(client)
            let block = try await client.recording(recording.target("power-cut-recording", client: client)).block
            let text = try rewritten(try await client.definition(id), of: try await client.job(id), block: block)
            let submitted = try await follower.submit(text, file: "job \(id)")
            let ending = try await ExplorationFollower(client: client, isQuiet: output.json).follow(submitted.id)
            guard let ending else {
                let new = submitted.id
                Output.progress().line("job \(new) goes on; `lablctl logs -f \(new)` follows it")
                return CommandStatus.interrupted
            }
            if output.json {
                follower.report(ending)
            } else {
                let stdout = Output.standard()
                stdout.lines(ExplorationView(style: stdout.style).lines(ending))
            }
            if let report, ending.results.exploration != nil {
                try await PowerCutReportCommand.save(of: submitted.id, to: report, client: client)
            }
            return CommandStatus(job: ending.job, results: ending.results)
        }
        try CommandEnding.check(status)
    }

    private func rewritten(_ text: String, of job: JobInfo, block: Int) throws -> String {
        let rewrite = ExplorationRewrite(
            jobName: Self.name(of: job), trace: .init(job: JobID(rawValue: job.id), block: block),
            models: models.models, boots: boots, time: budget?.duration, twins: twins, seed: seed)
        return try rewrite.text(of: text, block: block)
    }

    static func name(of job: JobInfo) -> String {
        let base = job.name.firstRange(of: ", recording of job ").map { String(job.name[..<$0.lowerBound]) } ?? job.name
        return "\(base.prefix(160)), recording of job \(job.id)"
    }
}
