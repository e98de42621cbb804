import ArgumentParser
import Glibc
import LabModel

/// The command line of a lab: speaks labd's HTTP API and nothing else.
@main
struct Lablctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lablctl",
        abstract: "Run jobs on boards and look after a lab.",
        discussion: help,
        version: "lablctl 0.1.0",
        subcommands: [
            StatusCommand.self,
            RunCommand.self, ValidateCommand.self, SubmitCommand.self, JobsCommand.self, QueueCommand.self,
            JobCommand.self,
            LogsCommand.self, ResultsCommand.self, CancelCommand.self, BoardsCommand.self, BoardCommand.self,
            PowerCommand.self, ConsoleCommand.self, ReserveCommand.self, ExtendCommand.self, ReleaseCommand.self,
            HandOverCommand.self, KickCommand.self, LeasesCommand.self, DiscoverCommand.self, DeviceTypeCommand.self,
            ImportCommand.self,
            EventsCommand.self, HistoryCommand.self, FlakyCommand.self, RegressionsCommand.self,
            PowerCutCommand.self,
            ScheduleCommand.self, DrainCommand.self, ResumeCommand.self, RetentionCommand.self,
            DemoCommand.self,
        ])

    // Taken before the command's name too: a command that has the same options finds them here.
    @OptionGroup var server: ServerOptions

    static let help = """
        lablctl talks to labd over its HTTP API: at --server or LABD_SERVER when given, else at the socket in labd's \
        state folder. `lablctl run`, `lablctl validate` and `lablctl import` need no labd that is running.

        \(CommandStatus.table)
        """

    /// Reads a command line, without running it.
    static func command(for arguments: [String]) throws -> any ParsableCommand {
        try parseAsRoot(arguments)
    }

    static func main() async {
        // A reader that went away is noticed by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        switch error {
        case let ending as CommandEnding:
            Glibc.exit(ending.status.rawValue)
        case is CommandError, is Failure, is CancellationError:
            let reported = CommandError(error)
            let progress = Output.progress()
            progress.lines(ErrorView(style: progress.style).lines(reported))
            Glibc.exit(reported.status.rawValue)
        default:
            // Help, a version, a wrong command line: the parser knows what to print and how to end.
            exit(withError: error)
        }
    }
}

/// A command that has said all there is to say and ends with a status of its own.
struct CommandEnding: Error {
    var status: CommandStatus

    /// Ends the command unless all went well.
    static func check(_ status: CommandStatus) throws(CommandEnding) {
        if status != .success { throw CommandEnding(status: status) }
    }
}
