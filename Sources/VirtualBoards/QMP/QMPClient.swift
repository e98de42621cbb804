import Glibc
import LabModel
import NIOCore
import NIOPosix
import Synchronization

/// Talks to one QEMU over its machine protocol. QEMU connects to a socket of ours, so nothing has to be polled for.
final class QMPClient: Sendable {
    private struct State {
        var session = QMPSession()
        var channel: (any Channel)?
        var hasConnected = false
        var closed: Failure?
        var ready: [CheckedContinuation<Result<Void, Failure>, Never>] = []
        var waiting: [Int64: CheckedContinuation<Result<DataValue, Failure>, Never>] = [:]
    }

    private let state = Mutex(State())
    private let onEvent: @Sendable (String, DataValue) -> Void

    private init(onEvent: @escaping @Sendable (String, DataValue) -> Void) {
        self.onEvent = onEvent
    }

    /// Listens at the unix socket `path` for the one QEMU that is about to connect.
    ///
    /// - Parameter onEvent: called on the event loop for each event; must not block.
    /// - Throws: `infrastructure` when the socket cannot be made.
    static func listen(
        at path: String, onEvent: @escaping @Sendable (String, DataValue) -> Void
    ) async throws(Failure) -> (client: QMPClient, listener: any Channel) {
        let client = QMPClient(onEvent: onEvent)
        unlink(path)
        do {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(LineDecoder()), QMPHandler(client: client),
                        ])
                    }
                }
                .bind(unixDomainSocketPath: path).get()
            return (client, listener)
        } catch {
            throw Failure(.infrastructure, "cannot make the control socket \(path): \(error)")
        }
    }

    /// Returns once QEMU takes commands.
    ///
    /// - Throws: `infrastructure` when the connection ends before that.
    func waitUntilReady() async throws(Failure) {
        let result: Result<Void, Failure> = await withCheckedContinuation { continuation in
            let known: Result<Void, Failure>? = state.withLock { state in
                if let closed = state.closed { return .failure(closed) }
                if state.session.isReady { return .success(()) }
                state.ready.append(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        try result.get()
    }

    /// Runs a command.
    ///
    /// - Throws: `infrastructure` when QEMU refuses it or the connection ends.
    func execute(_ name: String, arguments: DataValue? = nil) async throws(Failure) -> DataValue {
        let result: Result<DataValue, Failure> = await withCheckedContinuation { continuation in
            let refusal: Failure? = state.withLock { state in
                if let closed = state.closed { return closed }
                guard let channel = state.channel, state.session.isReady else {
                    return Failure(.infrastructure, "the emulator's control socket is not ready")
                }
                let (number, bytes) = state.session.command(name, arguments: arguments)
                state.waiting[number] = continuation
                channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Ends the client: whoever waits is told `reason`.
    func close(_ reason: Failure) {
        let (channel, ready, waiting) = state.withLock { state in
            defer {
                state.channel = nil
                state.ready = []
                state.waiting = [:]
            }
            if state.closed == nil { state.closed = reason }
            return (state.channel, state.ready, state.waiting)
        }
        channel?.close(promise: nil)
        for continuation in ready { continuation.resume(returning: .failure(reason)) }
        for continuation in waiting.values { continuation.resume(returning: .failure(reason)) }
    }

    /// Ends the client if QEMU does not take commands yet.
    func closeUnlessReady() {
        if state.withLock({ !$0.session.isReady }) {
            close(Failure(.infrastructure, "the start of the emulator was cancelled"))
        }
    }

    /// False refuses the connection: only the first one is QEMU's.
    fileprivate func connected(_ channel: any Channel) -> Bool {
        state.withLock { state in
            guard !state.hasConnected, state.closed == nil else { return false }
            state.hasConnected = true
            state.channel = channel
            return true
        }
    }

    fileprivate func received(_ line: [UInt8]) {
        do throws(Failure) {
            let actions = try state.withLock { state throws(Failure) in try state.session.receive(line) }
            for action in actions { perform(action) }
        } catch {
            close(error)
        }
    }

    private func perform(_ action: QMPSession.Action) {
        switch action {
        case .send(let bytes):
            state.withLock(\.channel)?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .ready:
            let ready = state.withLock { state in
                defer { state.ready = [] }
                return state.ready
            }
            for continuation in ready { continuation.resume(returning: .success(())) }
        case .answer(let number, let result):
            let waiting = state.withLock { $0.waiting.removeValue(forKey: number) }
            waiting?.resume(
                returning: result.mapError { Failure(.infrastructure, "the emulator refuses a command: \($0.text)") })
        case .event(let name, let data):
            onEvent(name, data)
        }
    }
}

/// Hands lines of one connection to its client.
private final class QMPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: QMPClient

    init(client: QMPClient) {
        self.client = client
    }

    func channelActive(context: ChannelHandlerContext) {
        if !client.connected(context.channel) { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.received(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        client.close(Failure(.infrastructure, "the emulator has ended"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        client.close(Failure(.infrastructure, "the emulator's control socket failed: \(error)"))
        context.close(promise: nil)
    }
}
