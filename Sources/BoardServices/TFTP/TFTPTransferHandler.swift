import LabModel
import Logging
import NIOCore
import NIOPosix

/// Carries out what a `TFTPTransfer` says: reads windows on a thread pool, sends packets, runs the timer.
final class TFTPTransferHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var transfer: TFTPTransfer
    private let file: ServedFile
    private let client: SocketAddress
    private let threads: NIOThreadPool
    private let logger: Logger
    private var timer: Scheduled<Void>?
    /// A later window makes an earlier one, still being read, void.
    private var reads = 0
    private var ahead = ReadAhead(offset: 0, bytes: ByteBuffer())

    /// In lock step each block is small: reading many at once saves a change of threads for each.
    private static let readAhead = 256 * 1024

    private struct ReadAhead {
        var offset: Int64
        var bytes: ByteBuffer

        /// The window's bytes; nil when they are not all here.
        func slice(_ window: TFTPTransfer.Window) -> ByteBuffer? {
            guard window.offset >= offset, window.offset - offset <= Int64(bytes.readableBytes) else { return nil }
            return bytes.getSlice(
                at: bytes.readerIndex + Int(window.offset - offset), length: window.length)
        }
    }

    init(_ transfer: TFTPTransfer, file: ServedFile, client: SocketAddress, threads: NIOThreadPool, logger: Logger) {
        self.transfer = transfer
        self.file = file
        self.client = client
        self.threads = threads
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(transfer.start(), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == client else {
            // RFC 1350 section 4: a stranger gets an error, and the transfer goes on.
            return send(.error(.unknownTransfer), to: envelope.remoteAddress, context)
        }
        perform(transfer.received(TFTPPacket(envelope.data)), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func perform(_ actions: [TFTPTransfer.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .sendOptions(let options): send(.optionAcknowledgement(options), to: client, context)
            case .send(let window): read(window, context)
            case .sendError(let error): send(.error(error), to: client, context)
            case .wait(let duration): startTimer(duration, context)
            case .end(let outcome):
                logger.debug("TFTP transfer ended", metadata: ["file": "\(file.path)", "outcome": "\(outcome)"])
                timer?.cancel()
                context.flush()
                context.close(promise: nil)
            }
        }
    }

    private func startTimer(_ duration: Duration, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(duration.nanoseconds)) {
            self.perform(self.transfer.timerFired(), context)
        }
    }

    private func read(_ window: TFTPTransfer.Window, _ context: ChannelHandlerContext) {
        reads += 1
        if let bytes = ahead.slice(window) { return send(window, bytes, context) }
        let read = reads
        let file = file
        let count = min(max(window.length, Self.readAhead), Int(clamping: file.size - window.offset))
        let future = threads.runIfActive(eventLoop: context.eventLoop) {
            try file.read(at: window.offset, count: count)
        }
        future.assumeIsolated().whenComplete { result in
            guard read == self.reads, context.channel.isActive else { return }
            switch result {
            case .success(let bytes):
                self.ahead = ReadAhead(offset: window.offset, bytes: bytes)
                self.send(window, self.ahead.slice(window) ?? ByteBuffer(), context)
            case .failure:
                self.send(.error(.undefined("the file cannot be read")), to: self.client, context)
                context.close(promise: nil)
            }
        }
    }

    private func send(_ window: TFTPTransfer.Window, _ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        var bytes = bytes
        for index in 0..<window.blocks {
            let size = min(transfer.blockSize, bytes.readableBytes)
            var packet = context.channel.allocator.buffer(capacity: size + 4)
            packet.writeInteger(UInt16(3))
            packet.writeInteger(UInt16(truncatingIfNeeded: window.firstBlock + Int64(index)))
            if var block = bytes.readSlice(length: size) { packet.writeBuffer(&block) }
            context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: packet)), promise: nil)
        }
        context.flush()
    }

    private func send(_ packet: TFTPPacket, to address: SocketAddress, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 128)
        packet.write(to: &buffer)
        context.writeAndFlush(wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: buffer)), promise: nil)
    }
}
