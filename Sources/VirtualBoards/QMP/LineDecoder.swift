import NIOCore

/// Cuts a stream into lines, given without their end (LF or CR LF).
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// A line was longer than this many bytes.
    struct LineTooLong: Error {}

    static let limit = 1 << 20

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: 10) else {
            if buffer.readableBytes > Self.limit { throw LineTooLong() }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        guard length <= Self.limit, var line = buffer.readSlice(length: length) else { throw LineTooLong() }
        buffer.moveReaderIndex(forwardBy: 1)
        if line.readableBytesView.last == 13 { line.moveWriterIndex(to: line.writerIndex - 1) }
        context.fireChannelRead(wrapInboundOut(line))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        while try decode(context: context, buffer: &buffer) == .continue {}
        // What has no line end was cut off and means nothing.
        buffer.clear()
        return .needMoreData
    }
}
