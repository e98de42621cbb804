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

    /// Serves until graceful shutdown.
    ///
    /// - Throws: `Failure` of type `configuration` when an address cannot be opened.
    public func run() async throws {
        if configuration.unixSocket == nil, configuration.tcp == nil {
            throw Failure(.configuration, "the API has nothing to listen on", advice: "configure a socket or a port")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let path = configuration.unixSocket {
                group.addTask { try await serve(unixSocket: path) }
            }
            if let tcp = configuration.tcp {
                group.addTask { try await serve(tcp: tcp) }
            }
            try await group.waitForAll()
        }
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
            throw Failure(.configuration, "the API cannot listen on its socket: \(error)", at: path)
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
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure(
                .configuration, "the API's port \(tcp.port) is taken", at: "\(tcp.host):\(tcp.port)",
                advice: "stop the process that has it, or choose another port")
        } catch let error as IOError {
            throw Failure(.configuration, "the API cannot listen: \(error)", at: "\(tcp.host):\(tcp.port)")
        }
    }

    /// The routes of the router itself, as `METHOD /path`.
    var servedRoutes: [String] {
        services.router(guarding: .socketMode).routes.map { "\($0.method.rawValue) \($0.path)" }
    }

    /// Event streams that are open now.
    var openStreams: Int { services.streams.slots.count }

    private func listening(_ address: ListeningAddress) async {
        services.addresses.add(address)
        await onListening(address)
    }

    /// One listener's application. Tests drive it without a socket.
    func application(
        address: BindAddress, guarding: AccessMiddleware.Guard,
        onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<RouterResponder<LabRequestContext>> {
        // The framework's own notices would name the socket's place before its final one; ours are enough.
        var logger = dependencies.logger
        logger.logLevel = max(logger.logLevel, .warning)
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
