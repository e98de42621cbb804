import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test says.
enum FixtureServer {
    struct Request: Sendable {
        var path: String
        var headers: HTTPHeaders
        /// How many came before for this path.
        var number: Int
    }

    struct Answer: Sendable {
        var status: HTTPResponseStatus = .ok
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Promises more than it sends, then closes the connection; negative: sends more than it promises.
        var missing = 0
        /// Without it the body comes in chunks, and only their end tells the end.
        var saysLength = true
    }

    static func with<T>(
        _ answer: @escaping @Sendable (Request) -> Answer, _ body: (_ base: String, _ log: RequestLog) async throws -> T
    ) async throws -> T {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)", log)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    final class RequestLog: Sendable {
        private let requests = Mutex<[Request]>([])

        var all: [Request] { requests.withLock { $0 } }

        func add(_ head: HTTPRequestHead) -> Request {
            requests.withLock { requests in
                let number = requests.count { $0.path == head.uri }
                requests.append(Request(path: head.uri, headers: head.headers, number: number))
                return requests[requests.count - 1]
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: RequestLog
        private let answer: @Sendable (Request) -> Answer

        init(log: RequestLog, answer: @escaping @Sendable (Request) -> Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let answer = answer(log.add(head))
            var response = HTTPResponseHead(
                version: .http1_1, status: answer.status, headers: HTTPHeaders(answer.headers))
            if answer.status != .notModified, answer.saysLength {
                response.headers.add(name: "Content-Length", value: String(answer.body.count + answer.missing))
            }
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            let body = context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))))
            if answer.missing > 0 {
                body.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
            } else {
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
