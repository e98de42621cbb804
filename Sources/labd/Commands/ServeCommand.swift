import ArgumentParser
import LabModel

/// `labd serve`, which is `labd` without a subcommand.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the lab until told to stop (SIGTERM or Ctrl-C). The default.")

    @OptionGroup var options: ServeOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        try await serve(options, logging)
    }
}

/// Serves until told to stop.
func serve(_ options: ServeOptions, _ logging: LoggingOptions) async throws {
    try await complaining {
        let (configuration, shared) = try options.resolve()
        try await Daemon(
            configuration: configuration, shared: shared, logLevel: logging.logLevel, logsToTerminal: !logging.quiet
        ).run()
    }
}

/// Runs `body`; what it throws becomes a line for people and an exit status of sysexits.h.
func complaining<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let errors as ConfigurationErrors {
        LogSink.terminal.write("labd: \(errors)\n")
        throw ExitCode(78)
    } catch let failure as Failure {
        LogSink.terminal.write("labd: \(failure)\n")
        throw ExitCode(78)
    } catch let code as ExitCode {
        throw code
    } catch {
        LogSink.terminal.write("labd: \(error)\n")
        throw ExitCode(70)
    }
}
