import LabModel
import NIOCore

/// The end of a console's channel: hands bytes to the core where they arrive, on the event loop.
final class ConsoleHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let core: ConsoleCore
    private var pacing = ReadPacing()
    private var nextRead: Scheduled<Void>?

    init(core: ConsoleCore) {
        self.core = core
    }

    func channelActive(context: ChannelHandlerContext) {
        core.attached(context.channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        nextRead?.cancel()
        core.detached(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let chunk = unwrapInboundIn(data)
        pacing.read(chunk.readableBytes)
        chunk.withUnsafeReadableBytes { core.received($0) }
    }

    func read(context: ChannelHandlerContext) {
        guard nextRead == nil else { return }
        guard let pause = pacing.pause(at: core.clock.monotonic(), isUrgent: core.isUrgent) else {
            return context.read()
        }
        nextRead = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(pause.nanoseconds)) {
            self.nextRead = nil
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A console of which only one direction is left is lost: a write would not fail, and nobody would hear it.
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
