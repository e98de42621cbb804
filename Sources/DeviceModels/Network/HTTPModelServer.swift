import Foundation
import LabModel
import NIOCore
import NIOHTTP1

extension ModelServer {
    /// Serves a modelled device, with its faults.
    public convenience init(_ model: any HTTPDeviceModel) throws {
        try self.init { channel in
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(HTTPModelHandler(model))
        }
    }
}

/// One connection.
private final class HTTPModelHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let model: any HTTPDeviceModel
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ model: any HTTPDeviceModel) { self.model = model }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            body += Array(part.readableBytesView)
        case .end:
            guard let head else { return }
            respond(context, to: head)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ context: ChannelHandlerContext, to head: HTTPRequestHead) {
        let count = model.contacts.countRequest()
        let fault = model.contacts.fault
        if fault == .silent { return }
        let response = model.answer(request(head))
        var bytes = Array(response.body.utf8)
        if fault == .corrupt { bytes = Garble.bytes(bytes, count) }
        var headers = HTTPHeaders(response.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        headers.add(name: "Content-Length", value: "\(bytes.count)")
        headers.add(name: "Connection", value: "close")
        let answer = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        let (loop, channel) = (context.eventLoop, context.channel)
        let isCut = fault == .vanishes
        let sent = isCut ? Array(bytes.prefix(bytes.count / 2)) : bytes
        let write = { @Sendable in
            _ = channel.write(HTTPServerResponsePart.head(answer))
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: sent)))).whenComplete { _ in
                // An answer of no bytes cannot be cut in its middle, but its connection can be reset before it.
                if isCut { return channel.close(promise: nil) }
                channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
            }
        }
        if isCut && bytes.count < 2 { return context.close(promise: nil) }
        guard case .slow(let delay) = fault else { return write() }
        loop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) { write() }
    }

    private func request(_ head: HTTPRequestHead) -> ModelRequest {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var fields = Self.fields(parts.count > 1 ? parts[1] : "")
        if head.headers.first(name: "Content-Type")?.hasPrefix("application/x-www-form-urlencoded") == true {
            fields.merge(Self.fields(String(decoding: body, as: UTF8.self)[...])) { $1 }
        }
        return ModelRequest(
            method: head.method.rawValue, path: String(parts[0]).removingPercentEncoding ?? String(parts[0]),
            fields: fields, authorization: head.headers.first(name: "Authorization"), target: head.uri, body: body)
    }

    private static func fields(_ text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? String(sides[1].map { $0 == "+" ? " " : $0 }) : ""
            fields[String(sides[0])] = value.removingPercentEncoding ?? value
        }
        return fields
    }
}
