import LabModel
import NIOCore
import NIOPosix
import Synchronization

/// Serves an agent on this host's loopback over UDP, with its faults. Its port is the kernel's choice.
public final class DatagramModelServer: Sendable {
    public let port: Int
    private let model: SNMPAgentModel
    private let socket = Mutex<(any Channel)?>(nil)

    public init(_ model: SNMPAgentModel) throws {
        self.model = model
        let channel = try Self.bind(model, 0)
        port = channel.localAddress?.port ?? 0
        socket.withLock { $0 = channel }
    }

    private static func bind(_ model: SNMPAgentModel, _ port: Int) throws -> any Channel {
        try DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AgentHandler(model))
                }
            }
            .bind(host: "127.0.0.1", port: port).wait()
    }

    /// The device is gone.
    public func stop() {
        let channel = socket.withLock { held in
            defer { held = nil }
            return held
        }
        try? channel?.close().wait()
    }

    /// The device is back.
    public func start() throws {
        stop()
        let channel = try Self.bind(model, port)
        socket.withLock { $0 = channel }
    }

    deinit { socket.withLock { $0 }?.close(promise: nil) }
}

private final class AgentHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let model: SNMPAgentModel

    init(_ model: SNMPAgentModel) { self.model = model }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let count = model.contacts.countRequest()
        let fault = model.contacts.fault
        guard fault != .silent, fault != .vanishes,
            var bytes = model.answer(Array(envelope.data.readableBytesView))
        else { return }
        if fault == .corrupt { bytes = Garble.bytes(bytes, count) }
        let answer = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
        let channel = context.channel
        guard case .slow(let delay) = fault else { return channel.writeAndFlush(answer, promise: nil) }
        context.eventLoop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
            channel.writeAndFlush(answer, promise: nil)
        }
    }
}
