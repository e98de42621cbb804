public import LabModel
import NIOCore
import Synchronization

/// A board's console: one reader from before power-on, a transcript, and many who search, watch and type.
///
/// The object outlives its connections. `attach` connects it, `detach` and a lost line disconnect it, and the offsets
/// go on counting; the transcript's index says when. While it is not connected `send` fails, and `expect` keeps
/// waiting: output may come after the next power-on. Whoever opened it ends it with `close`.
///
/// A match ends as early as possible; of several that end at the same byte, the first in the list wins. A pattern
/// with captures is given as much as it can take, until it ends by itself, its line ends, or the console is silent
/// for 20 ms; in `arm` it fires at the first byte that completes it. Carriage returns of line ends are invisible to
/// patterns, so `$` matches before `\r\n`.
public final class SerialConsole: Console {
    public let name: String
    /// The file with everything the console said, where a byte's place is its offset; nil when nothing is recorded.
    public let transcriptPath: String?
    /// The transcript's index, a file of `TranscriptRecord`s.
    public let indexPath: String?
    let eventLoop: any EventLoop
    let core: NIOLoopBoundBox<ConsoleCore>
    private let cache: PatternCache

    init(
        core: NIOLoopBoundBox<ConsoleCore>, name: String, eventLoop: any EventLoop, files: TranscriptFiles?,
        cache: PatternCache
    ) {
        self.name = name
        self.eventLoop = eventLoop
        self.core = core
        self.cache = cache
        transcriptPath = files?.path
        indexPath = files?.indexPath
    }

    public func end() async -> ConsoleOffset {
        await ConsoleOffset(rawValue: onLoop(0) { $0.state.end })
    }

    public func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        let database = try cache.database(patterns)
        return try await waiting(cancel: { $0.cancel($1) }) { core, key, continuation in
            core.expect(database, from: start, until: deadline, key: key, continuation: continuation)
        }
    }

    public func send(_ text: String, pacing: Duration) async throws {
        guard !text.isEmpty else { return }
        try await waiting(cancel: { $0.sender.cancel($1) }) { core, key, continuation in
            core.sender.send(text, pacing: pacing, key: key, continuation: continuation)
        }
    }

    public func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        try await arm(trigger, from: start, onFailure: { _ in }, action: action)
    }

    public func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, onFailure: @escaping @Sendable (Failure) -> Void,
        action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        let database = try trigger.pattern.map { pattern throws(Failure) in try cache.database([pattern]) }
        let token = try await eventLoop.submit { [core] in
            try core.value.arm(
                database, from: start, delay: trigger.delay, onFailure: onFailure, action: action)
        }.get()
        return Armament(console: self, token: token)
    }

    public func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        try await watch(patterns, onFailure: { _ in }, handler: handler)
    }

    public func watch(
        _ patterns: [ConsolePattern], onFailure: @escaping @Sendable (Failure) -> Void,
        handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        let database = try cache.database(patterns)
        let token = try await eventLoop.submit { [core] in
            try core.value.watch(database, onFailure: onFailure, handler: handler)
        }.get()
        return Armament(console: self, token: token)
    }

    public func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament {
        Armament(console: self, token: await onLoop(0) { $0.follow(handler) })
    }

    public func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk> {
        let place = ReaderPlace(start.rawValue)
        return AsyncStream(unfolding: { [self] in
            guard let chunk = await nextChunk(from: place.value) else { return nil }
            place.value = chunk.offset.rawValue + UInt64(chunk.bytes.count)
            return chunk
        })
    }

    public func lastLines(_ count: Int) async -> [ConsoleLine] {
        await onLoop([]) { $0.state.lastLines(min(count, ConsoleState.linesKept)) }
    }

    public func lastActivity() async -> MonotonicTime? {
        await onLoop(nil) { $0.state.lastActivity }
    }

    /// Runs `body` on the event loop; `otherwise` stands when the loop has ended, as the whole program has then.
    func onLoop<Value: Sendable>(
        _ otherwise: Value, _ body: @escaping @Sendable (ConsoleCore) -> Value
    ) async -> Value {
        (try? await eventLoop.submit { [core] in body(core.value) }.get()) ?? otherwise
    }

    private func nextChunk(from place: UInt64) async -> ConsoleChunk? {
        let key = WaitKey()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.submit { [core] in
                    core.value.nextChunk(from: place, key: key, continuation: continuation)
                }.whenFailure { _ in continuation.resume(returning: nil) }
            }
        } onCancel: {
            key.cancel()
            eventLoop.execute { [core] in core.value.cancelReading(key) }
        }
    }

    /// Waits for a continuation that the core resumes, and ends the waiting at once when the task is cancelled.
    private func waiting<Value: Sendable>(
        cancel: @escaping @Sendable (ConsoleCore, WaitKey) -> Void,
        _ begin: @escaping @Sendable (ConsoleCore, WaitKey, CheckedContinuation<Value, any Error>) -> Void
    ) async throws -> Value {
        let key = WaitKey()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                eventLoop.submit { [core] in
                    begin(core.value, key, continuation)
                }.whenFailure { continuation.resume(throwing: $0) }
            }
        } onCancel: {
            key.cancel()
            eventLoop.execute { [core] in cancel(core.value, key) }
        }
    }
}

/// A standing watch on a console.
private struct Armament: ConsoleArmament {
    let console: SerialConsole
    let token: UInt64

    func disarm() async {
        await console.onLoop(()) { [token] in $0.disarm(token) }
    }
}

/// How far a reader has come. A stream has one consumer, so that nothing contends for it.
private final class ReaderPlace: Sendable {
    private let stored: Atomic<UInt64>

    init(_ value: UInt64) {
        stored = Atomic(value)
    }

    var value: UInt64 {
        get { stored.load(ordering: .acquiring) }
        set { stored.store(newValue, ordering: .releasing) }
    }
}
