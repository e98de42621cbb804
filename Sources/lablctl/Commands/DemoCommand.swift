import ArgumentParser
import Foundation
import LabModel
import LabWire

/// `lablctl demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the example jobs of the demo and tell what happened.",
        discussion: """
            Uses the labd that runs, or starts a private one. The exit code is 0 only when all jobs went as told.
            """)

    @Option(name: .long, help: ArgumentHelp("Where the jobs are.", valueName: "folder"))
    var examples: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Where the page about every power cut goes.", valueName: "file"))
    var report = "power-cut-report.html"

    @OptionGroup var server: ServerOptions
    @OptionGroup var daemon: PrivateDaemonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let working = FileManager.default.currentDirectoryPath
        let places = DemoExamples(
            programFolder: HostFiles.programFolder(), workingFolder: working, exists: HostFiles.exists)
        let folder = try places.locate(option: examples)
        let jobs = try DemoChapter.all.map { ($0, try HostFiles.readJob("\(folder)/\($0.file)")) }
        let json = output.json
        let report = report
        let status: CommandStatus
        if await hasDaemon() {
            status = try await server.withClient { try await Self.tell(jobs, client: $0, json: json, report: report) }
        } else {
            Output.progress().line("no labd runs here; starting a private one for the demo")
            status = try await daemon.withDaemon { try await Self.tell(jobs, client: $0, json: json, report: report) }
        }
        try CommandEnding.check(status)
    }

    /// Whether there is a labd to be used; one that was named by hand is used in any case.
    private func hasDaemon() async -> Bool {
        if server.server != nil { return true }
        return await (try? server.withClient { await $0.isHealthy() }) ?? false
    }

    private static func tell(
        _ jobs: [(DemoChapter, String)], client: LabClient, json: Bool, report: String
    ) async throws -> CommandStatus {
        var entries = jobs.map { DemoSummary.Entry(chapter: $0.0) }
        let stdout = Output.standard()
        for (index, job) in jobs.enumerated() {
            if !json { announce(job.0, number: index + 1, of: jobs.count, on: stdout) }
            let id = try await submit(job.1, as: job.0, client: client)
            let ending = try await Interrupts.watched { count in
                guard count == 1 else { return .stop }
                Interrupts.announceCanceling()
                _ = try? await client.cancel(id, reason: "interrupted by Ctrl-C")
                return .goOn
            } during: {
                try await follow(id, client: client, json: json)
            }
            guard let ending, ending.job.health != JobHealth.canceled.name else {
                throw CommandError(.canceled, Failure(.canceled, "the demo was interrupted"))
            }
            entries[index].judgement = job.0.judge(ending.job, ending.results)
            entries[index].seconds = Figures.seconds(from: ending.job.started, to: ending.job.ended)
            if job.0.hasPage {
                try await PowerCutReportCommand.save(of: id, to: report, client: client)
                entries[index].page = report
            }
            if !json { stdout.line() }
        }
        if !json { stdout.lines(DemoSummary(style: stdout.style).lines(entries)) }
        return DemoSummary.status(entries)
    }

    private static func announce(_ chapter: DemoChapter, number: Int, of count: Int, on stdout: Output) {
        stdout.line(stdout.style.paint("\(number)/\(count)  \(chapter.name)", .bold))
        for line in chapter.told { stdout.line("     " + line) }
    }

    private static func submit(_ text: String, as chapter: DemoChapter, client: LabClient) async throws -> Int64 {
        let follower = JobFollower(client: client, json: false)
        return try await follower.submit(text, file: chapter.file).id
    }

    private static func follow(_ id: Int64, client: LabClient, json: Bool) async throws -> JobFollower.Ending {
        let stdout = Output.standard()
        let screen = LiveScreen(output: stdout)
        let view = CompactLogView(style: stdout.style)
        let job = try await client.followLog(
            id, lost: ConnectionNotice.lost, regained: ConnectionNotice.regained
        ) { text, entry in
            if json {
                stdout.line(text)
            } else if let shown = view.shown(for: entry) {
                screen.show(shown)
            }
        }
        if !json { screen.erase() }
        let ending = JobFollower.Ending(job: job, results: try await client.results(id))
        if json { JobFollower(client: client, json: true).report(ending) }
        return ending
    }
}
