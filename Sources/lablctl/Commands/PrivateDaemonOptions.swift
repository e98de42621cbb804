import ArgumentParser
import LabModel

/// How a private labd is found and started.
struct PrivateDaemonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The labd to start. Default: LABD, then beside lablctl, then PATH.", valueName: "path"))
    var labd: String?

    @Option(name: .long, help: ArgumentHelp("The configuration that labd reads.", valueName: "file"))
    var config: String?

    /// Starts labd, calls `body` with a client for it, and ends it.
    func withDaemon<Value: Sendable>(
        _ body: @escaping @Sendable (LabClient) async throws -> Value
    ) async throws -> Value {
        let environment = HostEnvironment.variables
        let program = try LabdLocator.onThisMachine().locate(option: labd)
        let daemon = PrivateDaemon(program: program, config: config, clock: SystemLabClock())
        let progress = Output.progress()
        return try await daemon.run {
            progress.line($0)
        } body: { endpoint in
            let server = EndpointResolution.Server(endpoint: endpoint, token: nil)
            let user = EndpointResolution.onThisMachine().userName ?? environment["USER"]
            return try await LabClient.connected(to: server, user: user, body)
        }
    }
}
