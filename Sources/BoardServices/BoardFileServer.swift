import Glibc
public import LabModel
public import Logging
import NIOCore
import NIOHTTP1
public import NIOPosix
import Synchronization

/// Serves jobs' files to their boards, over HTTP and TFTP, read-only and by names that cannot be guessed.
public final class BoardFileServer: JobFileServer {
    private struct State {
        var http = ServiceAvailability.notStarted
        var tftp = ServiceAvailability.notStarted
        var listeners: [any Channel] = []
    }

    private let settings: BoardFileServerSettings
    private let group: MultiThreadedEventLoopGroup
    private let threads: NIOThreadPool
    private let logger: Logger
    private let files: PublishedFiles
    private let transfers = ActiveTransfers()
    private let connections: ConnectionLimit
    private let state = Mutex(State())

    /// - Parameter generator: makes the unguessable part of names; 128 bits each.
    public init(
        _ settings: BoardFileServerSettings = BoardFileServerSettings(),
        group: MultiThreadedEventLoopGroup = .singleton, threads: NIOThreadPool = .singleton, logger: Logger,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.settings = settings
        self.group = group
        self.threads = threads
        self.logger = logger
        files = PublishedFiles(generator: generator)
        connections = ConnectionLimit(settings.maximumConnections)
    }

    /// Starts both services. A port that cannot be bound makes its service unavailable, and is no error: jobs that need
    /// it are refused when they publish.
    public func start() async {
        await startHTTP()
        await startTFTP()
    }

    /// Ends all transfers and both services.
    public func shutdown() async {
        let listeners = state.withLock { state in
            defer { state = State() }
            return state.listeners
        }
        for listener in listeners {
            do {
                try await listener.close()
            } catch {
                logger.debug("a listener was closed already", metadata: ["error": "\(error)"])
            }
        }
        transfers.closeAll()
        connections.closeAll()
    }

    /// Whether overlays can be served.
    public var http: ServiceAvailability { state.withLock { $0.http } }

    /// Whether boards can boot over the network.
    public var tftp: ServiceAvailability { state.withLock { $0.tftp } }

    public func publishHTTP(_ path: String, for job: JobID, network: NetworkFacts) async throws(Failure) -> String {
        guard case .listening(_, let port) = http else { throw unavailable("HTTP file server", http) }
        return "http://\(network.httpAddress):\(port)/\(files.publishHTTP(path, for: job))"
    }

    public func publishTFTP(_ path: String, as name: String, for job: JobID) async throws(Failure) -> String {
        guard case .listening = tftp else { throw unavailable("TFTP server", tftp) }
        return files.publishTFTP(path, as: name, for: job)
    }

    public func withdraw(_ job: JobID) async {
        files.withdraw(job)
        transfers.close(job)
    }

    private func startHTTP() async {
        let (files, transfers, threads, logger, connections) = (files, transfers, threads, logger, connections)
        let idle = TimeAmount.nanoseconds(settings.idleTimeout.nanoseconds)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard connections.admit(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    var decoder = NIOHTTPDecoderLimitConfiguration()
                    decoder.maxHeaderFieldSize = 8192
                    decoder.maxHeaderFieldCount = 64
                    decoder.maxHeaderListSize = 16384
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idle))
                    try pipeline.configureHTTPServerPipeline(
                        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
                    try pipeline.addHandler(
                        HTTPFileHandler(files: files, transfers: transfers, threads: threads, logger: logger))
                }
            }
        let result = await bound("HTTP file server", [settings.httpHost], settings.httpPort) {
            try await bootstrap.bind(host: $0, port: $1).get()
        }
        state.withLock { $0.http = result }
    }

    private func startTFTP() async {
        let (files, transfers, threads, logger, settings) = (files, transfers, threads, logger, settings)
        let bootstrap = DatagramBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = TFTPServerHandler(
                    files: files, transfers: transfers, limits: settings, threads: threads, logger: logger)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        let result = await bound("TFTP server", settings.tftpHosts, settings.tftpPort) {
            try await bootstrap.bind(host: $0, port: $1).get()
        }
        state.withLock { $0.tftp = result }
    }

    /// Listens at the first of `hosts` whose port nobody else has.
    private func bound(
        _ service: String, _ hosts: [String], _ port: Int, _ bind: (String, Int) async throws -> any Channel
    ) async -> ServiceAvailability {
        var trouble = "no address to listen at"
        for host in hosts {
            do {
                let channel = try await bind(host, port)
                state.withLock { $0.listeners.append(channel) }
                let result = ServiceAvailability.listening(address: host, port: channel.localAddress?.port ?? port)
                logger.debug("\(service) \(result)")
                return result
            } catch {
                let code = (error as? IOError)?.errnoCode
                trouble = Self.reason(error, at: "\(host):\(port)")
                guard code == EADDRINUSE else { break }
                if hosts.count > 1 { trouble = "\(hosts[0]) to \(host), port \(port), are all in use" }
            }
        }
        let advice =
            port > 0 && port < 1024
            ? "run labd as root or give it CAP_NET_BIND_SERVICE, and see that nothing else has the port"
            : "see that nothing else has the address, or set another in labd's configuration"
        let result = ServiceAvailability.unavailable(reason: trouble, advice: advice)
        logger.warning("\(service) \(result)")
        return result
    }

    private static func reason(_ error: any Error, at place: String) -> String {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: "\(place) is in use"
        case EACCES, EPERM: "\(place) needs a privilege"
        case EADDRNOTAVAIL: "this host does not have the address \(place)"
        case let code?: "\(place) cannot be used: \(String(cString: strerror(code)))"
        case nil: "\(place) cannot be used: \(error)"
        }
    }

    private func unavailable(_ service: String, _ availability: ServiceAvailability) -> Failure {
        switch availability {
        case .unavailable(let reason, let advice):
            Failure(.infrastructure, "the \(service) is not available: \(reason)", advice: advice)
        case .notStarted, .listening: Failure(.infrastructure, "the \(service) is not started")
        }
    }
}
