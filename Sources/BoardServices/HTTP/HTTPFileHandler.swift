import LabModel
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers GET and HEAD for published files. Reads on a thread pool, one piece at a time and the next only when the
/// last has left, so that a slow board costs one piece of memory.
final class HTTPFileHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let pieceSize = 128 * 1024

    private let files: PublishedFiles
    private let transfers: ActiveTransfers
    private let threads: NIOThreadPool
    private let logger: Logger
    private var request: HTTPRequestHead?

    init(files: PublishedFiles, transfers: ActiveTransfers, threads: NIOThreadPool, logger: Logger) {
        self.files = files
        self.transfers = transfers
        self.threads = threads
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        // Reading is all there is: a body is never looked at.
        case .body: break
        case .end:
            guard let head = request else { return }
            request = nil
            answer(head, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.method == .GET || head.method == .HEAD else {
            return refuse(.methodNotAllowed, head, context)
        }
        guard let file = files.file(httpTarget: head.uri) else { return refuse(.notFound, head, context) }
        let opened = threads.runIfActive(eventLoop: context.eventLoop) { try ServedFile(file.path) }
        opened.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let served): self.send(served, file.job, head, context)
            case .failure(let error):
                self.logger.warning("a published file cannot be read", metadata: ["error": "\(error)"])
                self.refuse(.notFound, head, context)
            }
        }
    }

    private func send(
        _ file: ServedFile, _ job: JobID, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        var response = HTTPResponseHead(version: head.version, status: .ok)
        var range: Range<Int64> = 0..<file.size
        switch ByteRange(head.headers.first(name: "range"), size: file.size) {
        case .whole: break
        case .part(let part):
            range = part
            response.status = .partialContent
            response.headers.add(
                name: "Content-Range", value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
        case .unsatisfiable:
            return refuse(.rangeNotSatisfiable, head, context, [("Content-Range", "bytes */\(file.size)")])
        }
        response.headers.add(name: "Content-Length", value: String(range.upperBound - range.lowerBound))
        response.headers.add(name: "Content-Type", value: "application/octet-stream")
        response.headers.add(name: "Accept-Ranges", value: "bytes")
        if !head.isKeepAlive { response.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        guard head.method == .GET else { return finish(head, context) }
        let channel = context.channel
        transfers.add(channel, for: job)
        sendPieces(file, range, context).assumeIsolated().whenComplete { result in
            self.transfers.remove(channel, for: job)
            switch result {
            case .success: self.finish(head, context)
            // The length was promised: only a broken connection tells that it is not kept.
            case .failure: context.close(promise: nil)
            }
        }
    }

    private func sendPieces(
        _ file: ServedFile, _ range: Range<Int64>, _ context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        if range.isEmpty { return context.eventLoop.makeSucceededVoidFuture() }
        let promise = context.eventLoop.makePromise(of: Void.self)
        sendPiece(file, range, context, promise)
        return promise.futureResult
    }

    private func sendPiece(
        _ file: ServedFile, _ range: Range<Int64>, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>
    ) {
        let count = Int(min(Int64(Self.pieceSize), range.upperBound - range.lowerBound))
        let rest = range.lowerBound + Int64(count)..<range.upperBound
        let piece = threads.runIfActive(eventLoop: context.eventLoop) {
            try file.read(at: range.lowerBound, count: count)
        }
        piece.assumeIsolated().flatMap { bytes in
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(bytes))))
        }.whenComplete { result in
            switch result {
            case .success where rest.isEmpty: promise.succeed()
            case .success: self.sendPiece(file, rest, context, promise)
            case .failure(let error): promise.fail(error)
            }
        }
    }

    private func refuse(
        _ status: HTTPResponseStatus, _ head: HTTPRequestHead, _ context: ChannelHandlerContext,
        _ headers: [(String, String)] = []
    ) {
        var response = HTTPResponseHead(version: head.version, status: status, headers: HTTPHeaders(headers))
        if status == .methodNotAllowed { response.headers.add(name: "Allow", value: "GET, HEAD") }
        response.headers.add(name: "Content-Length", value: "0")
        if !head.isKeepAlive { response.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        finish(head, context)
    }

    private func finish(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !head.isKeepAlive { end.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
    }
}
