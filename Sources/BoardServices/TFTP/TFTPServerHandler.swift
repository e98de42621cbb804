import LabModel
import Logging
import NIOCore
import NIOPosix

/// Listens for requests and opens a channel of its own for each transfer (RFC 1350 section 4: a new port each).
final class TFTPServerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let files: PublishedFiles
    private let transfers: ActiveTransfers
    private let limits: BoardFileServerSettings
    private let threads: NIOThreadPool
    private let logger: Logger
    /// Boards that are being served: a request that was sent twice starts one transfer. On the event loop only.
    private var clients: Set<SocketAddress> = []

    init(
        files: PublishedFiles, transfers: ActiveTransfers, limits: BoardFileServerSettings, threads: NIOThreadPool,
        logger: Logger
    ) {
        self.files = files
        self.transfers = transfers
        self.limits = limits
        self.threads = threads
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let client = envelope.remoteAddress
        switch TFTPPacket(envelope.data) {
        case .readRequest(let request): serve(request, client, context)
        case .writeRequest: refuse(.accessViolation, client, context)
        case .malformed, .data, .acknowledgement, .optionAcknowledgement:
            refuse(.illegalOperation, client, context)
        // RFC 1350 section 7: an error packet is never answered.
        case .error: break
        }
    }

    private func serve(_ request: TFTPReadRequest, _ client: SocketAddress, _ context: ChannelHandlerContext) {
        if clients.contains(client) { return }
        guard request.mode == "octet" else {
            return refuse(.undefined("only octet mode is served"), client, context)
        }
        guard let file = files.file(tftpName: request.fileName) else {
            logger.info("TFTP file refused", metadata: ["client": "\(client)", "file": "\(request.fileName)"])
            return refuse(.notFound, client, context)
        }
        guard clients.count < limits.maximumTransfers else {
            return refuse(.undefined("too many transfers at once"), client, context)
        }
        clients.insert(client)
        let loop = context.eventLoop
        let boundSelf = NIOLoopBound(self, eventLoop: loop)
        let boundContext = NIOLoopBound(context, eventLoop: loop)
        let opened = threads.runIfActive(eventLoop: loop) { try ServedFile(file.path) }
        opened.flatMap { served in
            boundSelf.value.open(request, file.job, served, client, boundContext.value)
        }.whenComplete { result in
            guard case .failure(let error) = result else { return }
            let handler = boundSelf.value
            handler.clients.remove(client)
            handler.logger.warning("TFTP transfer not started", metadata: ["error": "\(error)"])
            handler.refuse(.undefined("the file cannot be read"), client, boundContext.value)
        }
    }

    private func open(
        _ request: TFTPReadRequest, _ job: JobID, _ file: ServedFile, _ client: SocketAddress,
        _ context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        let loop = context.eventLoop
        let (threads, transfers, logger, timeout) = (threads, transfers, logger, limits.tftpTimeout)
        let host = context.localAddress?.ipAddress ?? limits.tftpHosts[0]
        let boundSelf = NIOLoopBound(self, eventLoop: loop)
        return DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let transfer = TFTPTransfer(options: request.options, fileSize: file.size, timeout: timeout)
                    let handler = TFTPTransferHandler(
                        transfer, file: file, client: client, threads: threads, logger: logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: host, port: 0)
            .map { channel in
                transfers.add(channel, for: job)
                channel.closeFuture.whenComplete { _ in
                    transfers.remove(channel, for: job)
                    boundSelf.value.clients.remove(client)
                }
            }
    }

    private func refuse(_ error: TFTPError, _ client: SocketAddress, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 64)
        TFTPPacket.error(error).write(to: &buffer)
        let envelope = AddressedEnvelope(remoteAddress: client, data: buffer)
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP answer to one client must not end the service for all.
        logger.debug("TFTP socket error", metadata: ["error": "\(error)"])
    }
}
