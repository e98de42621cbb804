import ArgumentParser
import LabModel
import LabWire

/// `lablctl events`.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what happens in the lab.",
        discussion: "With --json each event is one line, as labd sends it.")

    @Flag(name: .shortAndLong, help: "Go on until interrupted, or until the job of --job has ended.")
    var follow = false

    @Option(name: .long, help: ArgumentHelp("Only what comes after this event.", valueName: "number"))
    var after: Int64 = 0

    @Option(name: .long, help: ArgumentHelp("Only events of this job, such as 12 or 12.1.", valueName: "id"))
    var job: JobReference?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            if follow { try await following(client) } else { try await printed(client) }
        }
    }

    private func following(_ client: LabClient) async throws {
        let filter = try await filter(client)
        let target = "\(LabClient.root)/events?follow=1&after=\(after)\(filter)"
        let start = after == 0 ? nil : String(after)
        let json = output.json
        let isOfOneJob = job != nil
        let follower = StreamFollower(
            client: client, lost: ConnectionNotice.lost, regained: ConnectionNotice.regained)
        _ = try await Interrupts.watched { _ in
            .stop
        } during: {
            let stdout = Output.standard()
            let view = EventView(style: stdout.style)
            try await follower.follow(target, after: start) { event in
                if event.event == StreamEvent.end { return .stop }
                let info = try client.decode(EventInfo.self, from: Array(event.data.utf8))
                stdout.line(json ? event.data : view.line(info))
                return isOfOneJob && info.kind == LabEvent.Kind.jobFinished.rawValue ? .stop : .goOn
            }
        }
    }

    private func filter(_ client: LabClient) async throws(CommandError) -> String {
        guard let job else { return "" }
        return "&job=\(try await client.number(of: job))"
    }

    private func printed(_ client: LabClient) async throws {
        let stdout = Output.standard()
        let view = EventView(style: stdout.style)
        let filter = try await filter(client)
        var last = after
        while true {
            let page = try await client.get(
                "\(LabClient.root)/events?follow=0&after=\(last)\(filter)", as: EventPage.self)
            for event in page.events {
                if !output.json {
                    stdout.line(view.line(event))
                } else if let body = JobFollower.encoded(event) {
                    stdout.json(body)
                }
            }
            guard !page.events.isEmpty, page.last > last else { return }
            last = page.last
        }
    }
}
