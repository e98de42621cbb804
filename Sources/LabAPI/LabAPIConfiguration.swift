public import LabModel

/// Where the API listens, and what it says about the daemon.
public struct LabAPIConfiguration: Sendable {
    /// The path of the unix socket; nil for none.
    public var unixSocket: String?
    public var tcp: TCP?
    public var facts: DaemonFacts
    /// Event streams open at once.
    public var streamLimit: Int
    /// Connections open at once, for each listener; more wait in the backlog.
    public var connectionLimit: Int

    /// A TCP listener. There is none without a token.
    public struct TCP: Sendable {
        public var host: String
        /// 0 takes any free port.
        public var port: Int
        public var token: APIToken
        /// Names that clients may ask for in `Host`, beside addresses, `localhost` and `host`.
        public var hostNames: [String]

        public init(host: String = "127.0.0.1", port: Int = 8384, token: APIToken, hostNames: [String] = []) {
            self.host = host
            self.port = port
            self.token = token
            self.hostNames = hostNames
        }
    }

    public init(
        unixSocket: String?, tcp: TCP?, facts: DaemonFacts, streamLimit: Int = 256, connectionLimit: Int = 1024
    ) {
        self.unixSocket = unixSocket
        self.tcp = tcp
        self.facts = facts
        self.streamLimit = streamLimit
        self.connectionLimit = connectionLimit
    }
}

/// What `GET /api/v1/system` tells of the daemon and cannot ask anybody for.
public struct DaemonFacts: Sendable {
    public var version: String
    public var epoch: Epoch
    /// The state folder.
    public var state: String
    /// The log file; nil when the log goes to the terminal.
    public var log: String?
    public var started: WallTime

    public init(version: String, epoch: Epoch, state: String, log: String? = nil, started: WallTime) {
        self.version = version
        self.epoch = epoch
        self.state = state
        self.log = log
        self.started = started
    }
}

/// An address that the API really listens on.
public enum ListeningAddress: Hashable, Sendable, CustomStringConvertible {
    case unix(path: String)
    case tcp(host: String, port: Int)

    /// `unix:/path` or `http://host:port`.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
        }
    }
}
