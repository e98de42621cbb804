import Glibc
public import LabModel
import NIOCore
public import NIOPosix

/// Serves disks over unix sockets to virtual boards.
public final class NBDServer: Sendable {
    private let channel: any Channel
    /// The socket's path.
    public let path: String

    private init(channel: any Channel, path: String) {
        self.channel = channel
        self.path = path
    }

    /// Listens at `path`, which must not exist and must fit a unix socket's address.
    ///
    /// - Throws: `infrastructure` when the socket cannot be made.
    public static func listen(
        at path: String, serving catalog: any DiskExportCatalog, on group: MultiThreadedEventLoopGroup
    ) async throws(Failure) -> NBDServer {
        do {
            let channel = try await ServerBootstrap(group: group)
                .childChannelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 4096, initial: 65_536, maximum: 4 << 20)
                )
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            NBDConnection(catalog: catalog, waiting: unreadBytes))
                    }
                }
                .bind(unixDomainSocketPath: path).get()
            return NBDServer(channel: channel, path: path)
        } catch {
            throw Failure(.infrastructure, "cannot serve disks at \(path): \(error)")
        }
    }

    /// Stops listening and removes the socket. Open connections end with their clients.
    public func close() async {
        try? await channel.close().get()
        unlink(path)
    }

    /// How many bytes lie in the socket unread; 0 when it cannot be asked.
    @Sendable private static func unreadBytes(_ channel: any Channel) -> Int {
        let count = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor in
            var count: CInt = 0
            return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
        }
        return count ?? 0
    }
}
