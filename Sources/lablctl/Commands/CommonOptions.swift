import ArgumentParser
import LabModel

/// Whether a command answers with text or with the API's JSON.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the JSON of labd's API instead of text.")
    var json = false
}

/// The job that a command is about.
struct JobArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The job's number, or its place in a group, such as 12.1.", valueName: "id"))
    var reference: JobReference

    func validate() throws {
        guard reference.number > 0 else { throw ValidationError("a job's number is 1 or more") }
    }

    /// The job's own number.
    func id(_ client: LabClient) async throws(CommandError) -> Int64 { try await client.number(of: reference) }
}

/// Which labd a command talks to.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where labd listens: unix:PATH or http://HOST:PORT.",
            discussion: """
                Default: LABD_SERVER, then the socket in labd's state folder. A token is read from LABD_TOKEN, and \
                for this machine from the state folder.
                """,
            valueName: "address"))
    var server: String?

    /// Calls `body` with a client for the labd that the options name.
    ///
    /// - Parameter patience: how long an answer may take; nil is a minute.
    /// - Throws: `CommandError` when there is none, and what `body` throws.
    func withClient<Value>(
        patience: Duration? = nil, _ body: (LabClient) async throws -> Value
    ) async throws -> Value {
        let resolution = EndpointResolution.onThisMachine()
        let found = try resolution.resolve(option: server)
        return try await LabClient.connected(
            to: found, user: resolution.userName, patience: patience,
            leases: LeaseNames(resolution.environment["LABD_LEASE"]), body)
    }
}

extension EndpointResolution {
    /// Whom jobs are submitted for: `LABD_USER`, else the login name, when it is a plain name.
    var userName: String? {
        let name = [environment["LABD_USER"], environment["USER"], environment["LOGNAME"]].compactMap { $0 }.first
        guard let name, !name.isEmpty, name.count <= 64, name.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else {
            return nil
        }
        return name.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? name : nil
    }
}
