import ArgumentParser
import LabModel
import LabWire

/// `lablctl powercut verify JOB`.
struct PowerCutVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Boot states that a campaign pruned, and compare.",
        discussion: """
            A state that reads the same everywhere must end the same way, so it is not booted. This boots some of \
            them all the same, chosen by chance. It ends with 1 when one ended otherwise: then no verdict of that \
            campaign counts.
            """)

    @OptionGroup var recording: RecordingArgument

    @Option(help: ArgumentHelp("How many of the pruned states.", valueName: "per cent"))
    var sample: PercentArgument?

    @Option(help: ArgumentHelp("Chooses the same states again.", valueName: "number"))
    var seed: Int?

    @Option(help: ArgumentHelp("Boards that boot at the same time; one a processor if not given.", valueName: "number"))
    var twins: Int?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let twins, !(1...64).contains(twins) { throw ValidationError("--twins must be from 1 to 64") }
        if let seed, !(0...Int(Int32.max)).contains(seed) { throw ValidationError("--seed must be 0 or more") }
    }

    func run() async throws {
        let query = [
            ("sample", sample.map { Figures.number($0.percent) }), ("seed", seed.map(String.init)),
            ("twins", twins.map(String.init)),
        ]
        let status = try await server.withClient { client in
            let target = try await recording.target("power-cut-check", query, client: client)
            let body = try await Interrupts.watched { _ in
                .stop
            } during: {
                let view = CampaignCheckView(style: Output.progress().style)
                return try await client.verdict(target) { body in
                    let check = try client.decode(CampaignCheckInfo.self, from: body)
                    var line = ProgressLine()
                    line.show(view.progress(check))
                }
            }
            var line = ProgressLine()
            line.show(" ")
            line.clear()
            guard let body else { return CommandStatus.interrupted }
            let check = try client.decode(CampaignCheckInfo.self, from: body)
            let stdout = Output.standard()
            if output.json {
                stdout.json(body)
            } else {
                stdout.lines(CampaignCheckView(style: stdout.style).lines(check))
            }
            return !check.wrong.isEmpty ? .testsFailed : check.rebooted == 0 ? .incomplete : .success
        }
        try CommandEnding.check(status)
    }
}
