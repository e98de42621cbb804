/// Where boards fetch files from.
public struct BoardFileServerSettings: Hashable, Sendable {
    /// Address that the HTTP listener binds to.
    public var httpHost: String
    /// 0 takes any free port.
    public var httpPort: Int
    /// Address that the TFTP server binds to; nil takes the first of 127.0.0.2 to 127.0.0.17 whose port is free, so that
    /// several labs fit on one host. Boards in QEMU's user network reach all of them through their gateway.
    public var tftpHost: String?
    /// Boot loaders ask at 69 only, which needs root or CAP_NET_BIND_SERVICE.
    public var tftpPort: Int
    /// TFTP transfers at once.
    public var maximumTransfers: Int
    /// HTTP connections at once.
    public var maximumConnections: Int
    /// Until a TFTP packet is sent again, unless the board asks for another time.
    public var tftpTimeout: Duration
    /// How long an HTTP connection may stand still.
    public var idleTimeout: Duration

    public init(
        httpHost: String = "127.0.0.1", httpPort: Int = 0, tftpHost: String? = nil, tftpPort: Int = 69,
        maximumTransfers: Int = 64, maximumConnections: Int = 256, tftpTimeout: Duration = .seconds(1),
        idleTimeout: Duration = .seconds(60)
    ) {
        self.httpHost = httpHost
        self.httpPort = httpPort
        self.tftpHost = tftpHost
        self.tftpPort = tftpPort
        self.maximumTransfers = maximumTransfers
        self.maximumConnections = maximumConnections
        self.tftpTimeout = tftpTimeout
        self.idleTimeout = idleTimeout
    }
}

extension BoardFileServerSettings {
    /// Where the TFTP server tries to listen, in this order.
    var tftpHosts: [String] {
        tftpHost.map { [$0] } ?? (2...17).map { "127.0.0.\($0)" }
    }
}

/// Whether a service for boards can be used.
public enum ServiceAvailability: Hashable, Sendable, CustomStringConvertible {
    case notStarted
    /// Such as `127.0.0.2:69`.
    case listening(address: String, port: Int)
    case unavailable(reason: String, advice: String)

    public var description: String {
        switch self {
        case .notStarted: "not started"
        case .listening(let address, let port): "listening at \(address):\(port)"
        case .unavailable(let reason, let advice): "unavailable: \(reason) (\(advice))"
        }
    }
}
