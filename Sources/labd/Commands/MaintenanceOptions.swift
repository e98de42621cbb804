import ArgumentParser
import Foundation
import LabModel

/// Which state folder a command of maintenance is about.
struct MaintenanceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file, for its `state`.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("State folder.", valueName: "folder"))
    var state: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// The state folder that these options name.
    func places() throws -> StatePlaces {
        if let state { return StatePlaces(root: Self.absolute(state)) }
        let folders = DefaultFolders(environment: ProcessInfo.processInfo.environment)
        var configuration = LabdConfiguration.standard(folders: folders, shared: nil)
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        return StatePlaces(root: Self.absolute(configuration.state))
    }

    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// Prints a value as JSON.
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// Runs `body`. What cannot be used as it is named ends with 78, what went wrong with 70.
func maintaining<Value>(_ body: () throws -> Value) async throws -> Value {
    do {
        return try body()
    } catch let failure as Failure where failure.type != .configuration {
        LogSink.terminal.write("labd: \(failure)\n")
        throw ExitCode(70)
    } catch {
        return try await complaining { throw error }
    }
}
