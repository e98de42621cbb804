import NIOCore
import NIOPosix
import Synchronization

/// A listener on this host's loopback for a modelled device. Its port is the kernel's choice, and stays the same when
/// the device goes away and comes back.
public final class ModelServer: Sendable {
    public let port: Int
    private let setUp: @Sendable (any Channel) -> EventLoopFuture<Void>
    private let listener = Mutex<(any Channel)?>(nil)

    /// - Parameter setUp: gives a new connection its handlers.
    init(_ setUp: @escaping @Sendable (any Channel) throws -> Void) throws {
        self.setUp = { channel in channel.eventLoop.makeCompletedFuture { try setUp(channel) } }
        let listener = try Self.bootstrap(self.setUp).bind(host: "127.0.0.1", port: 0).wait()
        port = listener.localAddress?.port ?? 0
        self.listener.withLock { $0 = listener }
    }

    private static func bootstrap(
        _ setUp: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer(setUp)
    }

    /// The device is gone: connections are refused. Open ones end with their next request.
    public func stop() {
        let listener = listener.withLock { held in
            defer { held = nil }
            return held
        }
        try? listener?.close().wait()
    }

    /// The device is back.
    public func start() throws {
        stop()
        let listener = try Self.bootstrap(setUp).bind(host: "127.0.0.1", port: port).wait()
        self.listener.withLock { $0 = listener }
    }

    deinit { listener.withLock { $0 }?.close(promise: nil) }
}
