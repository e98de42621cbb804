import ArgumentParser

/// The daemon's command line: without a subcommand it serves.
@main
struct Labd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labd",
        abstract: "The lab controller: schedules test jobs onto boards and records their results.",
        usage: """
            labd [options]
            labd doctor [options]
            labd backup TARGET | labd restore SOURCE | labd check [options]
            """,
        discussion: """
            Without arguments labd serves with its defaults: state below ~/.local/state/labd, the API on a unix socket \
            and on 127.0.0.1:8384, and fifteen virtual boards, until SIGTERM or Ctrl-C. Talk to it with lablctl.

            Exit status: 0 stopped as told (doctor: all vital parts are there), 1 doctor found a vital part missing or \
            check something wrong, 64 the command line is wrong, 70 labd failed while it served, 78 labd cannot start as configured.
            """,
        version: "labd \(labdVersion)",
        subcommands: [
            ServeCommand.self, DoctorCommand.self, BackupCommand.self, RestoreCommand.self, CheckCommand.self,
        ])

    @OptionGroup var options: ServeOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        try await serve(options, logging)
    }
}

/// The version of this build.
let labdVersion = "0.1.0"
