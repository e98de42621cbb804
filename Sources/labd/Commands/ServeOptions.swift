import ArgumentParser
import Foundation
import JobDSL
import LabModel
import Logging

/// Options that serving and looking after the host share.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file (YAML; every key is optional).", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Folder of board files, one a board; by default `boards` beside the configuration file.",
            valueName: "folder"))
    var boards: String?

    @Option(help: ArgumentHelp("State folder: database, logs, cache, token, socket.", valueName: "folder"))
    var state: String?

    @Option(help: ArgumentHelp("Unix socket of the API.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("TCP port of the API on loopback; 0 takes any free port.", valueName: "port"))
    var port: Int?

    @Flag(help: "Do not listen on TCP.")
    var noTcp = false

    @Flag(
        help: """
            Listen on the unix socket only, in a new state folder that is removed at the end. A folder that was there \
            before is never removed.
            """)
    var ephemeral = false

    func validate() throws {
        if let port, !(0...65535).contains(port) {
            throw ValidationError("'\(port)' is not a port: needs 0 to 65535")
        }
    }

    /// The configuration that these options ask for: defaults, then the file, then the options.
    func resolve() throws -> (LabdConfiguration, SharedFiles?) {
        let environment = ProcessInfo.processInfo.environment
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let shared = SharedFiles.find(environment: environment, executable: executable)
        var configuration = LabdConfiguration.standard(
            folders: DefaultFolders(environment: environment), shared: shared)
        if let config {
            try ConfigurationFile(path: config).apply(to: &configuration)
            if configuration.boardsFolder == nil {
                let beside = URL(fileURLWithPath: config).deletingLastPathComponent().path + "/boards"
                configuration.boardsFolder = BoardFolder(path: beside, isOptional: true)
            }
        }
        if let boards {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: boards, isDirectory: &isFolder), isFolder.boolValue else {
                throw Failure(
                    .configuration, "there is no folder of board files", at: boards,
                    advice: "make it, or name another one with --boards")
            }
            configuration.boardsFolder = BoardFolder(path: boards, isOptional: false)
        }
        if ephemeral {
            let process = ProcessInfo.processInfo.processIdentifier
            configuration.state = FileManager.default.temporaryDirectory.path + "/labd-\(process)"
            configuration.socket = configuration.state + "/labd.sock"
            configuration.isEphemeral = true
        }
        if let state {
            configuration.isStateChosen = true
            configuration.state = absolute(state)
            configuration.socket = configuration.state + "/labd.sock"
        }
        if let socket { configuration.socket = absolute(socket) }
        if let port {
            configuration.tcp = LabdConfiguration.TCP(host: configuration.tcp?.host ?? "127.0.0.1", port: port)
        }
        if noTcp || ephemeral { configuration.tcp = nil }
        configuration.state = absolute(configuration.state)
        configuration.socket = configuration.socket.map(absolute)
        configuration.kits = absolute(configuration.kits)
        configuration.deviceTypes = configuration.deviceTypes.map(absolute)
        configuration.fileFolders = configuration.fileFolders.map(absolute)
        configuration.boardsFolder = configuration.boardsFolder.map {
            BoardFolder(path: absolute($0.path), isOptional: $0.isOptional)
        }
        return (configuration, shared)
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
