import LabModel
import NIOCore

/// A device that speaks bytes over a stream: TCP, or a serial line that a test makes.
public protocol ByteModel: AnyObject, Sendable {
    var contacts: Contacts { get }

    /// Takes one whole request from the beginning of `input`.
    ///
    /// - Returns: the answer, empty for none; nil when the request is not whole yet.
    func consume(_ input: inout [UInt8]) -> [UInt8]?

    /// What a garbled answer looks like. Only where the protocol lets anybody notice is that anything.
    func garbled(_ answer: [UInt8], _ count: Int) -> [UInt8]
}

extension ByteModel {
    public func garbled(_ answer: [UInt8], _ count: Int) -> [UInt8] { Garble.bytes(answer, count) }

    /// Takes what came, and answers with the model's faults.
    ///
    /// - Returns: answers; one that is cut is the last.
    func answers(to input: inout [UInt8]) -> [(bytes: [UInt8], isCut: Bool, delay: Duration)] {
        var answers: [(bytes: [UInt8], isCut: Bool, delay: Duration)] = []
        while !input.isEmpty, let answer = consume(&input) {
            let count = contacts.countRequest()
            switch contacts.fault {
            case .silent: break
            case .vanishes:
                answers.append((Array(answer.prefix(answer.count / 2)), true, .zero))
                return answers
            case .corrupt: answers.append((garbled(answer, count), false, .zero))
            case .slow(let delay): answers.append((answer, false, delay))
            default: answers.append((answer, false, .zero))
            }
        }
        return answers
    }
}

extension ModelServer {
    /// Serves a modelled device over TCP, with its faults.
    public convenience init(_ model: any ByteModel) throws {
        try self.init { channel in try channel.pipeline.syncOperations.addHandler(ByteModelHandler(model)) }
    }
}

/// One connection.
private final class ByteModelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let model: any ByteModel
    private var input: [UInt8] = []

    init(_ model: any ByteModel) { self.model = model }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input += Array(unwrapInboundIn(data).readableBytesView)
        let channel = context.channel
        for answer in model.answers(to: &input) {
            let send = { @Sendable in
                channel.writeAndFlush(ByteBuffer(bytes: answer.bytes)).whenComplete { _ in
                    if answer.isCut { channel.close(promise: nil) }
                }
            }
            if answer.delay == .zero {
                send()
            } else {
                context.eventLoop.scheduleTask(in: .nanoseconds(answer.delay.nanoseconds)) { send() }
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
