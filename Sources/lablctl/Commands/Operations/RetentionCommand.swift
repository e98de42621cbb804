import ArgumentParser
import LabModel
import LabWire

/// `lablctl retention`.
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Show what the policy of retention would remove now, or have it removed.",
        discussion: """
            The policy is in labd's configuration, and labd applies it by itself. Nothing goes that a job which has not \
            ended, a lease, or a pinned job refers to; `lablctl job pin ID` keeps a job for ever.
            """)

    @Flag(name: .customLong("run"), help: "Remove it now instead of when labd looks next.")
    var now = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        // Years of logs take their time.
        try await server.withClient(patience: .seconds(3600)) { client in
            let target = "\(LabClient.root)/retention"
            let body =
                now
                ? try await client.post(target, body: [], contentType: "application/json")
                : try await client.get(target)
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.lines(RetentionView(style: stdout.style).lines(try client.decode(RetentionInfo.self, from: body)))
        }
    }
}
