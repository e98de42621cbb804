import NIOCore
import NIOPosix

/// One client of a disk: negotiation, then requests in order.
///
/// Replies leave when everything that has come in is answered. A write whose reply leaves while the next request is
/// already here is told as pipelined: the board did not wait for it.
final class NBDConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var handshake: NBDHandshake
    private var export: (any DiskExport)?
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var isClosed = false
    /// A write or flush is answered in `output`, and the disk was not told yet.
    private var owesAcknowledgement = false
    /// Asks the socket how many bytes wait unread.
    private let waiting: @Sendable (any Channel) -> Int

    init(catalog: any DiskExportCatalog, waiting: @escaping @Sendable (any Channel) -> Int) {
        handshake = NBDHandshake(catalog: catalog)
        self.waiting = waiting
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(NBDHandshake.greeting(context.channel.allocator)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        if export == nil { negotiate(context) }
        if let export { serve(export, context) }
        if input.readableBytes == 0 { input.clear() } else { input.discardReadBytes() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        export?.disconnected()
        export = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func negotiate(_ context: ChannelHandlerContext) {
        for action in handshake.receive(&input) {
            switch action {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .transmit(let export): self.export = export
            case .close: close(context)
            }
        }
    }

    private func serve(_ export: any DiskExport, _ context: ChannelHandlerContext) {
        while !isClosed {
            let request: NBDRequest?
            do {
                request = try NBDRequest.next(from: &input)
            } catch {
                send(export, context)
                return close(context)
            }
            guard let request else { break }
            // Whatever was answered before and has not left: this request was here first.
            acknowledge(export, isPipelined: true)
            perform(request, on: export, context)
            if output.readableBytes >= Self.longestBatch { send(export, context) }
        }
        send(export, context)
    }

    /// Replies leave at this size at the latest.
    private static let longestBatch = 1 << 20

    private func send(_ export: any DiskExport, _ context: ChannelHandlerContext) {
        if owesAcknowledgement {
            acknowledge(export, isPipelined: input.readableBytes > 0 || waiting(context.channel) > 0)
        }
        guard output.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        output = context.channel.allocator.buffer(capacity: 4096)
    }

    private func acknowledge(_ export: any DiskExport, isPipelined: Bool) {
        guard owesAcknowledgement else { return }
        owesAcknowledgement = false
        export.acknowledge(isPipelined: isPipelined)
    }

    private func perform(_ request: NBDRequest, on export: any DiskExport, _ context: ChannelHandlerContext) {
        do throws(NBDError) {
            guard let command = request.command else { throw .invalid }
            let isFUA = request.flags.contains(.forceUnitAccess)
            switch command {
            case .disconnect: return close(context)
            case .read: return try read(request, from: export)
            case .write:
                try check(request, export, writes: true)
                guard let payload = request.payload else { throw .invalid }
                try export.write(payload.readableBytesView, at: request.offset, forceUnitAccess: isFUA)
            case .writeZeroes, .trim:
                try check(request, export, writes: true, carriesPayload: false)
                try export.writeZeroes(
                    at: request.offset, length: request.length, forceUnitAccess: isFUA, isTrim: command == .trim)
            case .flush: try export.flush()
            }
            owesAcknowledgement = true
            answer(request, error: 0)
        } catch {
            answer(request, error: error.rawValue)
        }
    }

    private func read(_ request: NBDRequest, from export: any DiskExport) throws(NBDError) {
        try check(request, export)
        output.reserveCapacity(minimumWritableBytes: request.length + 16)
        let start = output.writerIndex
        answer(request, error: 0)
        do throws(NBDError) {
            try export.read(at: request.offset, length: request.length, into: &output)
        } catch {
            output.moveWriterIndex(to: start)
            throw error
        }
    }

    private func answer(_ request: NBDRequest, error: UInt32) {
        output.writeInteger(NBDConstants.simpleReplyMagic)
        output.writeInteger(error)
        output.writeInteger(request.cookie)
    }

    private func check(
        _ request: NBDRequest, _ export: any DiskExport, writes: Bool = false, carriesPayload: Bool = true
    ) throws(NBDError) {
        guard !writes || !export.isReadOnly else { throw .notPermitted }
        guard !carriesPayload || request.length <= NBDConstants.longestPayload else { throw .invalid }
        let sector = UInt64(NBDConstants.minimumBlock)
        guard request.offset % sector == 0, UInt64(request.length) % sector == 0 else { throw .invalid }
        guard request.length > 0, request.offset <= export.size,
            UInt64(request.length) <= export.size - request.offset
        else { throw writes ? .noSpace : .invalid }
    }

    private func close(_ context: ChannelHandlerContext) {
        isClosed = true
        context.close(promise: nil)
    }
}
