import ArgumentParser
import Foundation
import LabModel

extension ServeOptions {
    /// The state folder that these options name, for commands that leave everything else alone.
    func places() throws -> StatePlaces {
        if let state { return StatePlaces(root: Maintenance.absolute(state)) }
        let folders = DefaultFolders(environment: ProcessInfo.processInfo.environment)
        var configuration = LabdConfiguration.standard(folders: folders, shared: nil)
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        return StatePlaces(root: Maintenance.absolute(configuration.state))
    }
}

/// What commands of maintenance share.
enum Maintenance {
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
