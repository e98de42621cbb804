import ArgumentParser
import Logging

/// Options of the daemon's own log.
struct LoggingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How much goes into the log: trace, debug, info, notice, warning, error.", valueName: "level"),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("'\(text)' is none of trace, debug, info, notice, warning, error")
            }
            return level
        })
    var logLevel: Logger.Level = .info

    @Flag(help: "Log to the state folder only, not to the terminal.")
    var quiet = false
}
