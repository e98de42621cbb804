import ArgumentParser
import Foundation
import LabModel
import Logging

/// Options that serving and looking after the host share.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file (YAML; every key is optional).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("State folder: database, logs, cache, token, socket.", valueName: "folder"))
    var state: String?

    @Option(help: ArgumentHelp("Unix socket of the API.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("TCP port of the API on loopback; 0 takes any free port.", valueName: "port"))
    var port: Int?

    @Flag(help: "Do not listen on TCP.")
    var noTcp = false

    @Flag(help: "Listen on the unix socket only, and remove the state folder at the end.")
    var ephemeral = false

    /// The configuration that these options ask for: defaults, then the file, then the options.
    func resolve() throws -> (LabdConfiguration, SharedFiles?) {
        let environment = ProcessInfo.processInfo.environment
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let shared = SharedFiles.find(environment: environment, executable: executable)
        var configuration = LabdConfiguration.standard(
            folders: DefaultFolders(environment: environment), shared: shared)
        if ephemeral {
            let folder =
                FileManager.default.temporaryDirectory.path + "/labd-\(ProcessInfo.processInfo.processIdentifier)"
            configuration.state = folder
            configuration.socket = folder + "/labd.sock"
            configuration.tcp = nil
            configuration.isEphemeral = true
        }
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        if let state {
            configuration.state = absolute(state)
            configuration.socket = configuration.state + "/labd.sock"
        }
        if let socket { configuration.socket = absolute(socket) }
        if let port {
            configuration.tcp = LabdConfiguration.TCP(host: configuration.tcp?.host ?? "127.0.0.1", port: port)
        }
        if noTcp || ephemeral { configuration.tcp = nil }
        configuration.kits = absolute(configuration.kits)
        return (configuration, shared)
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
