import ArgumentParser

/// The daemon's command line.
@main
struct Labd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labd",
        abstract: "The lab controller: schedules test jobs onto boards and records their results.",
        discussion: """
            Without arguments labd serves with its defaults: state below ~/.local/state/labd, the API on a unix socket \
            and on 127.0.0.1:8384, and four virtual boards. Talk to it with lablctl.
            """,
        version: labdVersion,
        subcommands: [ServeCommand.self, DoctorCommand.self],
        defaultSubcommand: ServeCommand.self)
}

/// The version of this build.
let labdVersion = "0.1.0"
