import Glibc
import LabModel

/// Finds the labd to talk to: the `--server` option, the environment, then the usual sockets.
struct EndpointResolution {
    var environment: [String: String]
    var userID: UInt32
    /// The owner of the socket at a path; nil when there is no socket.
    var socketOwner: (String) -> UInt32?
    /// The text of a small file; nil when it cannot be read.
    var readFile: (String) -> String?

    /// What was found.
    struct Server: Hashable, Sendable {
        var endpoint: Endpoint
        var token: String?
    }

    /// - Parameter option: the value of `--server`.
    /// - Throws: with `usage` when a name given by hand cannot be read, with `noDaemon` when there is no socket.
    func resolve(option: String?) throws(CommandError) -> Server {
        if let named = option ?? environment["LABD_SERVER"], !named.isEmpty {
            let endpoint: Endpoint
            do {
                endpoint = try Endpoint(parsing: named)
            } catch {
                throw CommandError(.usage, error)
            }
            return Server(endpoint: endpoint, token: token(for: endpoint))
        }
        for path in candidates {
            // A socket of somebody else in a shared folder is not ours to trust.
            guard let owner = socketOwner(path), owner == userID || owner == 0 else { continue }
            return Server(endpoint: .unix(path: path), token: nil)
        }
        throw Self.noDaemon(looked: candidates.joined(separator: " and "))
    }

    /// The sockets that are tried, in order.
    var candidates: [String] {
        var paths: [String] = []
        if let folder = stateFolder { paths.append(folder + "/labd.sock") }
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        paths.append("\(runtime)/labd-\(userID)/labd.sock")
        return paths
    }

    /// labd's default state folder.
    var stateFolder: String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/labd" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/labd"
    }

    /// What a person is told when nothing answers.
    static func noDaemon(looked place: String) -> CommandError {
        CommandError(
            .noDaemon,
            Failure(
                .infrastructure, "no labd answers at \(place)",
                advice: "start one with `labd`, or run a single job with `lablctl run FILE`"))
    }

    // The token of the local daemon never travels to another machine.
    private func token(for endpoint: Endpoint) -> String? {
        if let token = environment["LABD_TOKEN"], !token.isEmpty { return token }
        guard case .http = endpoint, endpoint.isLocal, let folder = stateFolder else { return nil }
        return readFile(folder + "/token")?.trimmedOfWhitespace
    }
}

extension EndpointResolution {
    /// Looks at the real machine.
    static func onThisMachine() -> EndpointResolution {
        EndpointResolution(
            environment: HostEnvironment.variables, userID: getuid(), socketOwner: HostFiles.socketOwner,
            readFile: { HostFiles.readText($0, limit: 4096) })
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmedOfWhitespace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
