import ArgumentParser
import LabModel
import Logging

/// `labd` and `labd serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the lab until told to stop (SIGTERM or Ctrl-C). The default.")

    @OptionGroup var options: ServeOptions

    @Option(
        help: "How much goes into the log: trace, debug, info, notice, warning, error.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("'\(text)' is none of trace, debug, info, notice, warning, error")
            }
            return level
        })
    var logLevel: Logger.Level = .info

    @Flag(help: "Log to the state folder only, not to the terminal.")
    var quiet = false

    func run() async throws {
        do {
            let (configuration, shared) = try options.resolve()
            try await Daemon(
                configuration: configuration, shared: shared, logLevel: logLevel, logsToTerminal: !quiet
            ).run()
        } catch let failure as Failure {
            try complain(failure.description)
        } catch let errors as ConfigurationErrors {
            try complain(errors.description)
        }
    }

    /// Exit status 78 is EX_CONFIG of sysexits.h.
    private func complain(_ text: String) throws {
        LogSink.terminal.write("labd: \(text)\n")
        throw ExitCode(78)
    }
}
