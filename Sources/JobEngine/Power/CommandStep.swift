import LabModel

/// `command`: one of the built-in power commands, between blocks.
struct CommandStep: StepRunner {
    let command: CommandAction

    var name: String { "user-command" }
    var timeoutType: ErrorType { .infrastructure }

    /// What runs on every board that has power control.
    static let builtIn = ["hard_reset", "power_on", "power_off"]

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        run.log.info("command: \(command.name)")
        switch command.name {
        case "hard_reset": try await run.restart(until: deadline)
        case "power_off":
            run.hasShell = false
            try await run.switchPower(.off, until: deadline)
        case "power_on":
            try await run.beginBoot()
            try await run.switchPower(.on, until: deadline)
        default:
            throw Failure(
                .configuration, "\(run.board.name) has no command '\(command.name)'",
                advice: "built in are \(Self.builtIn.joined(separator: ", "))")
        }
    }
}
