import CSerial
import Glibc
import LabModel
import NIOCore
import NIOPosix

/// The master side of a pseudo-terminal: the board's end of its serial line.
final class SimWire: Sendable {
    /// The other end, which a console opens.
    let path: String
    private let channel: any Channel
    /// Keeps the pair alive while nobody else has the other end open.
    private let slave: CInt

    private init(path: String, channel: any Channel, slave: CInt) {
        self.path = path
        self.channel = channel
        self.slave = slave
    }

    deinit {
        channel.close(promise: nil)
        Glibc.close(slave)
    }

    /// - Parameter onRead: called on an event loop with what came in; must not block.
    /// - Throws: `infrastructure` when there is no pseudo-terminal to be had.
    static func open(onRead: @escaping @Sendable ([UInt8]) -> Void) async throws(Failure) -> SimWire {
        var name = [CChar](repeating: 0, count: 64)
        var slave: CInt = -1
        let master = cserial_pty_open(&name, name.count, &slave)
        guard master >= 0 else {
            throw Failure(.infrastructure, "cannot open a pseudo-terminal: \(String(cString: strerror(-master)))")
        }
        let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let second = fcntl(master, F_DUPFD_CLOEXEC, 0)
        do {
            let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SimReader(onRead: onRead))
                    }
                }
                .takingOwnershipOfDescriptors(input: master, output: second).get()
            return SimWire(path: path, channel: channel, slave: slave)
        } catch {
            Glibc.close(slave)
            throw Failure(.infrastructure, "cannot use the pseudo-terminal \(path): \(error)")
        }
    }

    /// Neither blocks nor suspends.
    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Calls `action` on the wire's event loop once the line has taken everything sent so far. Neither blocks nor
    /// suspends.
    func whenSent(_ action: @escaping @Sendable () -> Void) {
        let eventLoop = channel.eventLoop
        // Never within the caller, who may hold a lock.
        channel.writeAndFlush(ByteBuffer()).whenSuccess { eventLoop.execute(action) }
    }

    /// Calls `action` on the wire's event loop after `delay`.
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        // A serial line runs in real time, and its event loop is what keeps it.
        channel.eventLoop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) { action() }
    }

    func close() async {
        try? await channel.close()
    }

    /// Neither blocks nor suspends.
    func closeSoon() { channel.close(promise: nil) }
}

/// Hands over what a wire reads.
private final class SimReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onRead: @Sendable ([UInt8]) -> Void

    init(onRead: @escaping @Sendable ([UInt8]) -> Void) {
        self.onRead = onRead
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onRead(Array(unwrapInboundIn(data).readableBytesView))
    }
}
