import ArgumentParser
import LabModel
import LabWire

/// `lablctl drain`.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Start nothing new, so that labd can be stopped without disturbing a job.",
        discussion: """
            What runs goes on, and jobs are taken in and wait. `lablctl resume` ends it; so does a restart of labd, \
            unless --across-restart was given. Ctrl-C while waiting leaves the drain standing.
            """)

    @Flag(name: .shortAndLong, help: "Wait until nothing runs any more.")
    var wait = false

    @Option(name: .long, help: "Why, for whoever waits.")
    var reason: String?

    @Flag(name: .long, help: "Go on draining after a restart of labd.")
    var acrossRestart = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await server.withClient { client in
            let body = try await client.post(
                "\(LabClient.root)/drain", json: DrainRequestInfo(reason: reason, acrossRestart: acrossRestart))
            let first = try client.decode(StatusInfo.self, from: body)
            guard wait, first.running > 0 else {
                report(first, body)
                return CommandStatus.success
            }
            let ended = try await Interrupts.watched { _ in
                .stop
            } during: {
                try await Self.waited(client, from: first)
            }
            guard let ended else {
                Output.progress().line("the lab goes on draining; `lablctl resume` ends that")
                return .interrupted
            }
            report(try client.decode(StatusInfo.self, from: ended), ended)
            return .success
        }
        try CommandEnding.check(status)
    }

    private static func waited(_ client: LabClient, from first: StatusInfo) async throws -> [UInt8] {
        let progress = Output.progress()
        var told = -1
        var running = first.running
        while true {
            if running != told { progress.line("\(running) \(running == 1 ? "job still runs" : "jobs still run")") }
            told = running
            try await client.clock.sleep(for: .seconds(1))
            let body = try await client.get("\(LabClient.root)/status")
            let status = try client.decode(StatusInfo.self, from: body)
            guard status.drain != nil else {
                throw CommandError(
                    .busy, Failure(.job, "somebody ended the drain", advice: "`lablctl drain --wait` begins it again"))
            }
            running = status.running
            if running == 0 { return body }
        }
    }

    private func report(_ status: StatusInfo, _ body: [UInt8]) {
        let stdout = Output.standard()
        if output.json { return stdout.json(body) }
        stdout.line(
            status.running == 0
                ? "drained: nothing runs, and nothing new starts"
                : "draining: \(status.running) \(status.running == 1 ? "job still runs" : "jobs still run"), and nothing new starts"
        )
    }
}

/// `lablctl resume`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "End a drain.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let body = try await client.post(
                "\(LabClient.root)/resume", body: [], contentType: "application/json")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            let status = try client.decode(StatusInfo.self, from: body)
            stdout.line("the drain has ended; \(status.queued) \(status.queued == 1 ? "job waits" : "jobs wait")")
            stdout.lines(PauseView(style: stdout.style).lines(status.pauses))
        }
    }
}
