public import LabModel
import Synchronization

/// A console on which nothing is ever printed; it keeps what is typed.
public final class SilentConsole: Console {
    private struct NoArmament: ConsoleArmament {
        func disarm() async {}
    }

    public let name: String
    private let clock: any LabClock
    private let sent = Mutex<[String]>([])

    public init(name: String = "uart0", clock: any LabClock) {
        self.name = name
        self.clock = clock
    }

    /// What was typed, call by call.
    public var typed: [String] { sent.withLock { $0 } }

    public func end() async -> ConsoleOffset { .start }

    public func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        try await clock.sleep(until: deadline)
        throw ConsoleTimeout(patterns: patterns, lastLine: nil)
    }

    public func send(_ text: String, pacing: Duration) async throws {
        sent.withLock { $0.append(text) }
    }

    public func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        NoArmament()
    }

    public func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        NoArmament()
    }

    public func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament {
        NoArmament()
    }

    public func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk> {
        AsyncStream { $0.finish() }
    }

    public func lastLines(_ count: Int) async -> [ConsoleLine] { [] }

    public func lastActivity() async -> MonotonicTime? { nil }
}
