import ArgumentParser
import JobDSL
import LabModel
import LabWire

/// `lablctl schedule …`.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Jobs that recur.",
        subcommands: [
            AddScheduleCommand.self, ListSchedulesCommand.self, ShowScheduleCommand.self, PauseScheduleCommand.self,
            ResumeScheduleCommand.self, RunScheduleCommand.self, RemoveScheduleCommand.self,
        ], defaultSubcommand: ListSchedulesCommand.self)

    static func target(_ name: String, _ verb: String? = nil) -> String {
        "\(LabClient.root)/schedules/\(Endpoint.percentEncoded(name))" + (verb.map { "/\($0)" } ?? "")
    }
}

/// `lablctl schedule add NAME --daily 02:00 job.yaml`.
struct AddScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Have a job submitted again and again.",
        discussion: """
            The job is checked now, and again each time. A time that passes while its last job waits or runs is left \
            out; times that pass while labd is down are made up for once.

            lablctl schedule add nightly --daily 02:00 --zone Europe/Berlin job.yaml
            lablctl schedule add smoke --every 1h job.yaml
            lablctl schedule add weekdays --cron '0 2 * * 1-5' job.yaml
            """)

    @Argument(help: "1 to 64 letters, digits, `.`, `_` and `-`.")
    var name: String

    @Argument(help: ArgumentHelp("The job, a YAML file; - reads standard input.", valueName: "file"))
    var file: String

    @Option(name: .long, help: ArgumentHelp("After so long each time, such as 30m, 1h or 7d.", valueName: "time"))
    var every: String?

    @Option(name: .long, help: ArgumentHelp("Each day at this time, such as 02:00.", valueName: "time"))
    var daily: String?

    @Option(
        name: .long,
        help: ArgumentHelp("By five fields: minute hour day month weekday; '0 2 * * 1-5'.", valueName: "fields"))
    var cron: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of --daily and --cron, such as Europe/Berlin; UTC if not given.", valueName: "name"))
    var zone: String?

    @Flag(name: .long, help: "Submit one more even while the last one has not ended.")
    var overlapping = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [every, daily, cron].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give one of --every, --daily and --cron")
        }
        if every != nil, zone != nil { throw ValidationError("--zone goes with --daily and --cron") }
        do throws(Failure) {
            if let every {
                guard let period = DurationText.parse(every) else {
                    throw Failure(.job, "`\(every)` is no length of time", advice: "write for example 30m, 1h or 7d")
                }
                _ = try ScheduleRule(every: period)
            }
            if let daily { _ = try ScheduleRule(daily: daily) }
            if let cron { _ = try ScheduleRule(cron: cron) }
        } catch {
            throw ValidationError(error.message + (error.advice.map { " (\($0))" } ?? ""))
        }
    }

    func run() async throws {
        let text = try HostFiles.readJob(file)
        let period = every.flatMap { DurationText.parse($0) }?.inSeconds
        try await server.withClient { client in
            let body = try await client.post(
                "\(LabClient.root)/schedules",
                json: ScheduleRequestInfo(
                    name: name, every: period, daily: daily, cron: cron, zone: zone,
                    overlap: overlapping ? "queue" : nil, definition: text))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let schedule = try client.decode(ScheduleInfo.self, from: body)
            let next = schedule.next.map { Figures.time($0) + " UTC" } ?? "never"
            stdout.line("\(SafeText.line(schedule.name)): \(ScheduleView.rule(schedule)), next at \(next)")
        }
    }
}

/// `lablctl schedule list`.
struct ListSchedulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List recurring jobs.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get("\(LabClient.root)/schedules")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(ScheduleView(style: stdout.style).table(try client.decode(ScheduleList.self, from: body)))
        }
    }
}

/// `lablctl schedule show NAME`.
struct ShowScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one recurring job.")

    @Argument(help: "Its name.")
    var name: String

    @Flag(name: .long, help: "Show the job's text.")
    var definition = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.get(ScheduleCommand.target(name))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let schedule = try client.decode(ScheduleInfo.self, from: body)
            if definition { return stdout.write(Array((schedule.definition ?? "").utf8)) }
            stdout.lines(ScheduleView(style: stdout.style).details(schedule))
        }
    }
}

/// `lablctl schedule pause NAME`.
struct PauseScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let the times of a recurring job pass.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await ScheduleSetting(name: name, verb: "pause").run(server, output)
    }
}

/// `lablctl schedule resume NAME`.
struct ResumeScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with the next time of a recurring job.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await ScheduleSetting(name: name, verb: "resume").run(server, output)
    }
}

/// Pausing and going on.
private struct ScheduleSetting {
    var name: String
    var verb: String

    func run(_ server: ServerOptions, _ output: OutputOptions) async throws {
        try await server.withClient { client in
            let body = try await client.post(
                ScheduleCommand.target(name, verb), body: [], contentType: "application/json")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let schedule = try client.decode(ScheduleInfo.self, from: body)
            let next = schedule.next.map { "next at \(Figures.time($0)) UTC" } ?? "paused"
            stdout.line("\(SafeText.line(schedule.name)): \(next)")
        }
    }
}

/// `lablctl schedule run-now NAME`.
struct RunScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-now", abstract: "Submit a recurring job now, beside its times.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.post(
                ScheduleCommand.target(name, "run"), body: [], contentType: "application/json")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            for job in try client.decode(ScheduleRunInfo.self, from: body).jobs { stdout.line("job \(job)") }
        }
    }
}

/// `lablctl schedule remove NAME`.
struct RemoveScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "End a recurring job. Jobs that it has submitted stay.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.delete(ScheduleCommand.target(name))
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.line("\(SafeText.line(name)) recurs no more")
        }
    }
}
