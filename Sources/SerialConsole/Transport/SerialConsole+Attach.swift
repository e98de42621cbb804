import CSerial
import Glibc
import LabModel
import NIOCore
import NIOPosix

extension SerialConsole {
    /// Connects the console, in place of what it was connected to. With `unixListener` it returns as soon as the
    /// socket is there, before anybody has connected.
    ///
    /// - Throws: `Failure` of type `infrastructure` when the endpoint cannot be reached, `configuration` when a port
    ///   refuses its speed; `CancellationError`.
    public func attach(_ endpoint: ConsoleEndpoint) async throws {
        await detach()
        switch endpoint {
        case .unixListener(let path): try await listen(path)
        case .unixSocket(let path, let deadline): try await connect(path, until: deadline)
        case .tty(let path, let baud): try await adopt(try openTerminal(path, baud: baud))
        case .tcp(let host, let port):
            try await reaching("\(host):\(port)") {
                try await ClientBootstrap(group: eventLoop).channelInitializer(initializer)
                    .connect(host: host, port: port).get()
            }
        case .descriptor(let descriptor): try await adopt(descriptor)
        }
    }

    /// Disconnects the console; what it said stays, and offsets go on after the next `attach`.
    public func detach() async {
        let closed = eventLoop.flatSubmit { [core, eventLoop] in
            let core = core.value
            let channels = [core.listener, core.channel].compactMap { $0 }
            core.listener = nil
            if let channel = core.channel { core.detached(channel) }
            // Their end is more than their closing: the socket file is removed then, and who comes next makes another.
            let ends = channels.map { channel in
                channel.close(promise: nil)
                return channel.closeFuture
            }
            return EventLoopFuture.andAllComplete(ends, on: eventLoop)
        }
        try? await closed.get()
    }

    /// Whether somebody is at the other end.
    public func isAttached() async -> Bool {
        await onLoop(false) { $0.channel != nil }
    }

    /// Ends the console: disconnects it, fails what waits on it, and writes its transcript to the end.
    public func close() async {
        await detach()
        try? await eventLoop.flatSubmit { [core] in core.value.close() }.get()
    }

    private var initializer: @Sendable (any Channel) -> EventLoopFuture<Void> {
        { [core] channel in
            let take: @Sendable () -> EventLoopFuture<Void> = {
                channel.eventLoop.makeCompletedFuture {
                    guard core.value.channel == nil, !core.value.isClosed else { throw notAlone }
                    try channel.syncOptions?.setOption(.recvAllocator, value: readSizes)
                    try channel.pipeline.syncOperations.addHandler(ConsoleHandler(core: core.value))
                }
            }
            guard let old = core.value.channel else { return take() }
            // After a power cycle the new connection can be seen before the end of the old one. What the old one
            // still holds is read first; one that does not end by itself gives way.
            channel.eventLoop.scheduleTask(in: .milliseconds(100)) { old.close(promise: nil) }
            return old.closeFuture.flatMap(take)
        }
    }

    private func listen(_ path: String) async throws {
        let listener = try await reaching(path) {
            try await ServerBootstrap(group: eventLoop).childChannelInitializer(initializer)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
        chmod(path, 0o600)
        await onLoop(()) { core in
            core.listener = listener
            listener.closeFuture.whenComplete { _ in unlink(path) }
        }
    }

    private func connect(_ path: String, until deadline: MonotonicTime) async throws {
        let clock = await eventLoopClock()
        while true {
            do {
                try await reaching(path) {
                    try await ClientBootstrap(group: eventLoop).channelInitializer(initializer)
                        .connect(unixDomainSocketPath: path).get()
                }
                return
            } catch {
                guard clock.monotonic() < deadline else { throw error }
                try await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    private func adopt(_ descriptor: CInt) async throws {
        try await reaching("descriptor \(descriptor)") {
            do {
                return try await NIOPipeBootstrap(group: eventLoop)
                    .channelOption(.allowRemoteHalfClosure, value: false)
                    .channelInitializer(initializer)
                    .takingOwnershipOfDescriptor(inputOutput: descriptor).get()
            } catch {
                // The bootstrap takes the descriptor only when it succeeds.
                Glibc.close(descriptor)
                throw error
            }
        }
    }

    private func eventLoopClock() async -> any LabClock {
        await onLoop(SystemLabClock() as any LabClock) { $0.clock }
    }

    @discardableResult
    private func reaching<Value>(_ place: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            if error is CancellationError { throw error }
            throw Failure(
                .infrastructure, "the console \(name) cannot be connected to \(place): \(error)",
                advice: "check that it exists and that labd may use it")
        }
    }
}

/// How much is read at once, in bytes: enough for all that a terminal gives, and little to keep for each console.
private let readSizes = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: 16_384)

private let notAlone = Failure(.infrastructure, "the console is connected already")

/// - Throws: `Failure` of type `infrastructure` when the port cannot be opened, `configuration` when it keeps another
///   speed.
private func openTerminal(_ path: String, baud: UInt32) throws(Failure) -> CInt {
    var actual: CUnsignedInt = 0
    let descriptor = cserial_tty_open(path, baud, &actual)
    guard descriptor >= 0 else {
        throw Failure(
            .infrastructure, "cannot open \(path): \(String(cString: strerror(-descriptor)))",
            advice: "check the cable, the permissions, and that no other program uses the port")
    }
    // UARTs divide a clock and seldom hit a speed exactly; 3 % is what a frame of ten bits forgives.
    let error = actual > baud ? actual - baud : baud - actual
    guard baud == 0 || UInt64(error) * 100 <= UInt64(baud) * 3 else {
        Glibc.close(descriptor)
        throw Failure(
            .configuration, "\(path) runs at \(actual) baud instead of \(baud)", advice: "use a speed the port can do")
    }
    return descriptor
}
