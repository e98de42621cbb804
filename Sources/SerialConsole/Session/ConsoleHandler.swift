import NIOCore

/// The end of a console's channel: hands bytes to the core where they arrive, on the event loop.
final class ConsoleHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let core: ConsoleCore

    init(core: ConsoleCore) {
        self.core = core
    }

    func channelActive(context: ChannelHandlerContext) {
        core.attached(context.channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.detached(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { core.received($0) }
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
