/// One console of a board: always read, from before power-on, by exactly one reader.
///
/// Output is addressed by byte offset, so a search names where it begins and nothing that came between two calls is
/// missed. An implementation keeps at least the last 128 KiB at hand and goes back to its transcript for older bytes.
public protocol Console: Sendable {
    /// Such as `uart0`.
    var name: String { get }

    /// The number of bytes read so far.
    func end() async -> ConsoleOffset

    /// Waits for the first match of any of `patterns` that ends after `start`.
    ///
    /// - Throws: `Failure` of type `job` when a pattern cannot be compiled or costs too much, `infrastructure` when
    ///   the console is lost; `ConsoleTimeout` when `deadline` passes; `CancellationError`.
    func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch

    /// Types `text`, one character every `pacing`.
    ///
    /// - Throws: `Failure` of type `infrastructure` when the console is lost; `CancellationError`.
    func send(_ text: String, pacing: Duration) async throws

    /// Calls `action` on the reading thread, with no hop between, as soon as `trigger` is met by output after
    /// `start`. At most once; the token's `disarm` ends the watch.
    ///
    /// - Throws: `Failure` of type `job` when the pattern cannot be compiled.
    func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament

    /// Calls `handler` for every match of any of `patterns` from now on, until the token is disarmed. The handler
    /// runs on the reading thread and must not block.
    ///
    /// - Throws: `Failure` of type `job` when a pattern cannot be compiled.
    func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament

    /// As `arm(_:from:action:)`; in addition `onFailure` is told when the search ends without the trigger being met,
    /// because its pattern costs too much on this output. Then `action` is not called any more. `onFailure` runs on
    /// the reading thread and must not block.
    func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, onFailure: @escaping @Sendable (Failure) -> Void,
        action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament

    /// As `watch(_:handler:)`; in addition `onFailure` is told of each time a pattern costs too much on this output.
    /// The watch goes on with the other patterns, and with that one after ten seconds. `onFailure` runs on the
    /// reading thread and must not block.
    func watch(
        _ patterns: [ConsolePattern], onFailure: @escaping @Sendable (Failure) -> Void,
        handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament

    /// Calls `handler` for every complete line from now on, until the token is disarmed. A line that stays without
    /// its end for 100 ms (a prompt) is handed over as it stands and its rest follows as a line of its own. The
    /// handler runs on the reading thread and must not block.
    func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament

    /// The raw output from `start` on, then what follows, until the stream is dropped. A reader that falls more than
    /// 256 KiB behind is told how much it lost.
    func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk>

    /// The last `count` lines, oldest first, at most 200.
    func lastLines(_ count: Int) async -> [ConsoleLine]

    /// When the last byte was read; nil before the first.
    func lastActivity() async -> MonotonicTime?
}

extension Console {
    /// For consoles whose searches never fail once they have begun.
    public func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, onFailure: @escaping @Sendable (Failure) -> Void,
        action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        try await arm(trigger, from: start, action: action)
    }

    /// For consoles whose searches never fail once they have begun.
    public func watch(
        _ patterns: [ConsolePattern], onFailure: @escaping @Sendable (Failure) -> Void,
        handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        try await watch(patterns, handler: handler)
    }
}

/// A standing watch on a console.
public protocol ConsoleArmament: Sendable {
    /// Ends the watch. After it returns the action is not called any more.
    func disarm() async
}
