import ArgumentParser
import LabModel
import LabWire

/// `lablctl submit FILE…`.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit jobs to a running labd.",
        discussion: "Ctrl-C while following leaves the job running.")

    @Argument(help: ArgumentHelp("Jobs, YAML files; - reads standard input.", valueName: "file"))
    var files: [String]

    @Flag(name: .shortAndLong, help: "Show each job's log until it ends, and end with the job's exit code.")
    var follow = false

    @Flag(name: .shortAndLong, help: "Wait for the jobs to end, and end with the first code that is not 0.")
    var wait = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if follow && wait { throw ValidationError("--follow and --wait cannot be used together") }
    }

    func run() async throws {
        let texts = try files.map { ($0, try HostFiles.readJob($0)) }
        let status = try await server.withClient { client in
            let follower = JobFollower(client: client, json: output.json)
            var submitted: [Submitted] = []
            for (file, text) in texts {
                let job = try await follower.submit(text, file: file)
                submitted.append(job)
                announce(job)
            }
            return try await attend(submitted, follower)
        }
        try CommandEnding.check(status)
    }

    private func announce(_ job: Submitted) {
        let stdout = Output.standard()
        if output.json {
            if let body = JobFollower.encoded(job) { stdout.json(body) }
        } else if !follow, !stdout.isTerminal {
            // For scripts; a person has read it in the line above.
            stdout.lines(job.ids.map(String.init))
        }
    }

    private func attend(_ submitted: [Submitted], _ follower: JobFollower) async throws -> CommandStatus {
        guard follow || wait else { return .success }
        var status = CommandStatus.success
        for one in submitted {
            let isFollowing = follow
            let endings = try await Interrupts.watched { _ in
                .stop
            } during: {
                if isFollowing { return try await follower.followAll(one) }
                var endings: [JobFollower.Ending] = []
                for id in one.ids { endings.append(try await follower.wait(for: id)) }
                return endings
            }
            guard let endings else {
                Output.progress().line("job \(one.id) goes on; `lablctl logs -f \(one.id)` follows it again")
                return .interrupted
            }
            for ending in endings {
                follower.report(ending)
                if status == .success { status = CommandStatus(job: ending.job, results: ending.results) }
            }
        }
        return status
    }
}
