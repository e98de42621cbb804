import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A listener on this host's loopback for a modelled device. Its port is the kernel's choice, and stays the same when
/// the device goes away and comes back.
public final class ModelServer: Sendable {
    public let port: Int
    private let setUp: @Sendable (any Channel) -> EventLoopFuture<Void>
    private let listener = Mutex<(any Channel)?>(nil)
    /// Bound and never listening: nobody else gets the port while the device is gone, and answers in its place.
    private let place: PortPlace?

    /// - Parameter setUp: gives a new connection its handlers.
    init(_ setUp: @escaping @Sendable (any Channel) throws -> Void) throws {
        self.setUp = { channel in channel.eventLoop.makeCompletedFuture { try setUp(channel) } }
        let listener = try Self.bootstrap(self.setUp).bind(host: "127.0.0.1", port: 0).wait()
        port = listener.localAddress?.port ?? 0
        place = PortPlace(port)
        self.listener.withLock { $0 = listener }
    }

    private static func bootstrap(
        _ setUp: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.socket(SocketOptionLevel(SOL_SOCKET), SO_REUSEPORT), value: 1)
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

/// A port of the loopback that is taken, beside those of this process that listen at it (SO_REUSEPORT, socket(7)).
private final class PortPlace: Sendable {
    private let descriptor: Int32

    /// Nil when the kernel refuses.
    init?(_ port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size) == 0
                    && setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size) == 0
                    && bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isBound {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
