import Glibc
import Hummingbird
import HummingbirdCore
import LabModel
import Logging
import NIOCore
public import ServiceLifecycle

/// The HTTP API of the daemon on its unix socket and its TCP port, ended together by graceful shutdown.
public struct LabAPIServer: Service {
    private let configuration: LabAPIConfiguration
    private let dependencies: LabAPIDependencies
    private let services: APIServices
    private let onListening: @Sendable (ListeningAddress) async -> Void

    /// - Parameter onListening: called once for each address as soon as it is open, with the real port.
    public init(
        configuration: LabAPIConfiguration, dependencies: LabAPIDependencies,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.dependencies = dependencies
        self.services = APIServices(configuration: configuration, dependencies: dependencies)
        self.onListening = onListening
    }

    /// Serves until graceful shutdown. The first listener that fails ends the other.
    ///
    /// - Throws: `Failure` of type `configuration` when an address cannot be opened.
    public func run() async throws {
        if configuration.unixSocket == nil, configuration.tcp == nil {
            throw Failure(.configuration, "the API has nothing to listen on", advice: "configure a socket or a port")
        }
        // A failure of one listener shuts the other down; it would not heed the cancellation of a task group.
        var group = ServiceGroupConfiguration(
            services: listeners.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            }, logger: quietLogger)
        group.maximumGracefulShutdownDuration = Self.longestShutdown
        try await ServiceGroup(configuration: group).run()
    }

    /// Connections that are still busy then are cut.
    private static let longestShutdown = Duration.seconds(30)

    private var listeners: [Listener] {
        var listeners: [Listener] = []
        if let path = configuration.unixSocket {
            listeners.append(Listener { try await serve(unixSocket: path) })
        }
        if let tcp = configuration.tcp {
            listeners.append(Listener { try await serve(tcp: tcp) })
        }
        return listeners
    }

    /// One address that is served.
    private struct Listener: Service {
        let serve: @Sendable () async throws -> Void

        func run() async throws { try await serve() }
    }

    private func serve(unixSocket path: String) async throws {
        let place = try UnixSocketPlace(path: path)
        let publication = Publication()
        let application = application(
            address: .unixDomainSocket(path: place.bindPath), guarding: .socketMode
        ) { channel in
            do throws(Failure) {
                try place.publish()
                publication.result = .success(())
                await listening(.unix(path: path))
            } catch {
                // A server that nobody can find ends: its closed channel ends `run` below.
                publication.result = .failure(error)
                channel.close(promise: nil)
            }
        }
        defer { if case .success = publication.result { place.withdraw() } else { place.discard() } }
        do {
            try await application.run()
        } catch {
            try publication.result?.get()
            guard let error = error as? IOError else { throw error }
            throw Failure(
                .configuration, "the API cannot listen on its socket: \(String(cString: strerror(error.errnoCode)))",
                at: path, advice: "choose another with --socket")
        }
    }

    private func serve(tcp: LabAPIConfiguration.TCP) async throws {
        let hosts = HostCheck(names: tcp.hostNames + [tcp.host])
        let application = application(
            address: .hostname(tcp.host, port: tcp.port), guarding: .token(tcp.token, hosts: hosts)
        ) { channel in
            await listening(.tcp(host: tcp.host, port: channel.localAddress?.port ?? tcp.port))
        }
        do {
            try await application.run()
        } catch {
            guard let failure = Self.explanation(of: error, at: tcp) else { throw error }
            throw failure
        }
    }

    /// What opening a TCP port failed by; nil for an error of another kind.
    private static func explanation(of error: any Error, at tcp: LabAPIConfiguration.TCP) -> Failure? {
        let place = tcp.host.contains(":") ? "[\(tcp.host)]:\(tcp.port)" : "\(tcp.host):\(tcp.port)"
        let advice = "choose another with --port, or --no-tcp"
        if let error = error as? IOError {
            let reason =
                switch error.errnoCode {
                case EADDRINUSE: "the API's port is in use by another program"
                case EACCES, EPERM: "listening at the API's port needs a privilege"
                case EADDRNOTAVAIL: "this host does not have the API's address"
                case let code: "the API cannot listen: \(String(cString: strerror(code)))"
                }
            return Failure(.configuration, reason, at: place, advice: advice)
        }
        if error is SocketAddressError || error is SocketAddressError.UnknownHost {
            return Failure(
                .configuration, "the API's host is not an address of this host", at: place,
                advice: "set another `api.host` in the configuration, or --no-tcp")
        }
        return nil
    }

    /// The routes of the router itself, as `METHOD /path`.
    var servedRoutes: [String] {
        services.router(guarding: .socketMode).routes.map { "\($0.method.rawValue) \($0.path)" }
    }

    /// Event streams that are open now.
    var openStreams: Int { services.streams.slots.count }

    /// The framework's own notices would name the socket's place before its final one; ours are enough.
    private var quietLogger: Logger {
        var logger = dependencies.logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private func listening(_ address: ListeningAddress) async {
        services.addresses.add(address)
        await onListening(address)
    }

    /// One listener's application. Tests drive it without a socket.
    func application(
        address: BindAddress, guarding: AccessMiddleware.Guard,
        onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<RouterResponder<LabRequestContext>> {
        let logger = quietLogger
        return Application(
            router: services.router(guarding: guarding),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(75),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: address,
                availableConnectionsDelegate: .maximum(configuration.connectionLimit, logger: logger)),
            onServerRunning: onRunning,
            logger: logger)
    }
}
