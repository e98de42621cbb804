public import LabModel
import Synchronization

/// A console without a board: a test says what it prints and how it answers to what is typed.
///
/// It keeps the contract of `Console` over a text in memory. Patterns are searched with Swift's `Regex`, which is fit
/// for a test's own patterns and for nothing else.
public final class ScriptedConsole: Console {
    public typealias Reply = @Sendable (_ line: String, _ console: ScriptedConsole) -> Void

    private struct Armed {
        var id: Int
        var expression: String
        var from: Int
        var isOnce: Bool
        var action: @Sendable (ConsoleMatch) -> Void
    }

    /// A trigger that was met and waits for its delay.
    private struct Delayed {
        var id: Int
        var due: MonotonicTime
        var action: @Sendable (TriggerFiring) -> Void
        var match: ConsoleMatch?
    }

    private struct State {
        var text = ""
        var typed = ""
        var sent: [String] = []
        var armed: [Armed] = []
        var followers: [Int: @Sendable ([ConsoleLine]) -> Void] = [:]
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var streams: [Int: AsyncStream<ConsoleChunk>.Continuation] = [:]
        var delayed: [Delayed] = []
        var nextID = 0
        var last: MonotonicTime?
    }

    public let name = "uart0"
    private let clock: any LabClock
    private let echoes: Bool
    private let reply: Reply
    private let state = Mutex(State())

    /// - Parameters:
    ///   - echoes: whether typed text is printed back, as terminals do.
    ///   - reply: called with each complete line that is typed.
    public init(clock: any LabClock, echoes: Bool = true, reply: @escaping Reply = { _, _ in }) {
        self.clock = clock
        self.echoes = echoes
        self.reply = reply
    }

    /// All lines typed so far.
    public var sent: [String] { state.withLock { $0.sent } }

    /// Prints `text` as if the board had.
    public func print(_ text: String) {
        let now = clock.monotonic()
        let (calls, waiters, followers, line) = state.withLock { state in
            let offset = ConsoleOffset(rawValue: UInt64(state.text.utf8.count))
            state.text += text
            state.last = now
            for stream in state.streams.values {
                stream.yield(ConsoleChunk(offset: offset, bytes: Array(text.utf8)))
            }
            let calls = Self.due(&state, at: now)
            defer { state.waiters = [:] }
            let lines = text.split(separator: "\n").map {
                ConsoleLine(offset: .start, text: String($0), at: now, wall: clock.wall())
            }
            return (calls, Array(state.waiters.values), Array(state.followers.values), lines)
        }
        for follower in followers { follower(line) }
        for call in calls { call() }
        for waiter in waiters { waiter.resume() }
    }

    private static func due(_ state: inout State, at now: MonotonicTime) -> [@Sendable () -> Void] {
        var calls: [@Sendable () -> Void] = []
        for index in state.armed.indices {
            while let match = search(
                [ConsolePattern(state.armed[index].expression)], in: state.text,
                from: state.armed[index].from, at: now)
            {
                let action = state.armed[index].action
                calls.append { action(match) }
                state.armed[index].from = state.armed[index].isOnce ? Int.max : Int(match.end.rawValue)
                if state.armed[index].isOnce { break }
            }
        }
        return calls
    }

    private static func search(
        _ patterns: [ConsolePattern], in text: String, from: Int, at now: MonotonicTime
    ) -> ConsoleMatch? {
        guard from <= text.utf8.count else { return nil }
        let start = text.utf8.index(text.startIndex, offsetBy: from)
        var best: ConsoleMatch?
        for (index, pattern) in patterns.enumerated() {
            // Swift's `Regex` knows no look-behind; for a test's texts the rest of the pattern says enough.
            let plain = pattern.expression.replacing(#/\(\?<![^)]*\)/#, with: "")
            guard let regex = try? Regex(plain).anchorsMatchLineEndings(),
                let found = text[start...].firstMatch(of: regex)
            else { continue }
            let end = text.utf8.distance(from: text.startIndex, to: found.range.upperBound)
            if let best, best.end.rawValue <= UInt64(end) { continue }
            var groups: [String: String] = [:]
            for (number, value) in found.output.enumerated() where number > 0 {
                guard let text = value.substring else { continue }
                groups["\(number)"] = String(text)
                if let name = value.name { groups[name] = String(text) }
            }
            let lineStart = text[..<found.range.upperBound].lastIndex(of: "\n").map { text.index(after: $0) }
            best = ConsoleMatch(
                pattern: index, end: ConsoleOffset(rawValue: UInt64(end)), text: String(text[found.range]),
                line: String(text[(lineStart ?? text.startIndex)..<found.range.upperBound]), groups: groups, at: now)
        }
        return best
    }

    // MARK: Console

    public func end() async -> ConsoleOffset {
        ConsoleOffset(rawValue: UInt64(state.withLock { $0.text.utf8.count }))
    }

    public func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        while true {
            try Task.checkCancellation()
            let now = clock.monotonic()
            let text = state.withLock { $0.text }
            if let match = Self.search(patterns, in: text, from: Int(start.rawValue), at: now) { return match }
            guard now < deadline else {
                throw ConsoleTimeout(patterns: patterns, lastLine: text.split(separator: "\n").last.map(String.init))
            }
            try await change(since: text.utf8.count, until: deadline)
        }
    }

    /// Returns when something was printed, or when `deadline` has come.
    private func change(since count: Int, until deadline: MonotonicTime) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        let isLate = self.state.withLock { state in
                            guard state.text.utf8.count == count, !Task.isCancelled else { return true }
                            state.waiters[id] = continuation
                            return false
                        }
                        if isLate { continuation.resume() }
                    }
                } onCancel: {
                    self.state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
                }
            }
            group.addTask { [clock] in try await clock.sleep(until: deadline) }
            try await group.next()
            group.cancelAll()
        }
    }

    public func send(_ text: String, pacing: Duration) async throws {
        let lines = state.withLock { state in
            state.typed += text
            var lines: [String] = []
            while let end = state.typed.firstIndex(of: "\n") {
                lines.append(String(state.typed[..<end]))
                state.typed.removeSubrange(...end)
            }
            state.sent += lines
            return lines
        }
        if echoes { print(text) }
        for line in lines { reply(line, self) }
    }

    public func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        guard let pattern = trigger.pattern else {
            met(id: id, nil, at: clock.monotonic(), after: trigger.delay, action)
            return Token(console: self, id: id)
        }
        let token = add(pattern.expression, from: Int(start.rawValue), isOnce: true) { match in
            self.met(id: id, match, at: match.at, after: trigger.delay, action)
        }
        return Tokens(tokens: [token, Token(console: self, id: id)])
    }

    /// Fires at once without a delay; else `elapse` fires.
    private func met(
        id: Int, _ match: ConsoleMatch?, at time: MonotonicTime, after delay: Duration,
        _ action: @escaping @Sendable (TriggerFiring) -> Void
    ) {
        let due = time.advanced(by: delay)
        guard delay > .zero else { return action(TriggerFiring(match: match, due: due)) }
        state.withLock { $0.delayed.append(Delayed(id: id, due: due, action: action, match: match)) }
    }

    /// Fires the triggers whose delay is over by now. Nothing fires by itself: a test owns time.
    public func elapse() {
        let now = clock.monotonic()
        let due = state.withLock { state in
            let due = state.delayed.filter { $0.due <= now }
            state.delayed.removeAll { $0.due <= now }
            return due
        }
        for firing in due { firing.action(TriggerFiring(match: firing.match, due: firing.due)) }
    }

    public func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        let from = Int(await end().rawValue)
        var tokens: [any ConsoleArmament] = []
        for (index, pattern) in patterns.enumerated() {
            tokens.append(
                add(pattern.expression, from: from, isOnce: false) { match in
                    var own = match
                    own.pattern = index
                    handler(own)
                })
        }
        return Tokens(tokens: tokens)
    }

    public func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament {
        let id = state.withLock { state in
            state.nextID += 1
            state.followers[state.nextID] = handler
            return state.nextID
        }
        return Token(console: self, id: id)
    }

    public func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk> {
        let (stream, continuation) = AsyncStream.makeStream(of: ConsoleChunk.self)
        state.withLock { state in
            state.nextID += 1
            let (id, text) = (state.nextID, Array(state.text.utf8))
            state.streams[id] = continuation
            continuation.onTermination = { _ in self.state.withLock { $0.streams[id] = nil } }
            let old = Array(text.dropFirst(Int(start.rawValue)))
            if !old.isEmpty { continuation.yield(ConsoleChunk(offset: start, bytes: old)) }
        }
        return stream
    }

    public func lastLines(_ count: Int) async -> [ConsoleLine] {
        let now = clock.monotonic()
        return state.withLock { $0.text }.split(separator: "\n").suffix(count).map {
            ConsoleLine(offset: .start, text: String($0), at: now, wall: clock.wall())
        }
    }

    public func lastActivity() async -> MonotonicTime? {
        state.withLock { $0.last }
    }

    private func add(
        _ expression: String, from: Int, isOnce: Bool, action: @escaping @Sendable (ConsoleMatch) -> Void
    ) -> Token {
        let now = clock.monotonic()
        let (id, calls) = state.withLock { state in
            state.nextID += 1
            state.armed.append(
                Armed(id: state.nextID, expression: expression, from: from, isOnce: isOnce, action: action))
            return (state.nextID, Self.due(&state, at: now))
        }
        for call in calls { call() }
        return Token(console: self, id: id)
    }

    private struct Token: ConsoleArmament {
        let console: ScriptedConsole
        let id: Int

        func disarm() async {
            console.state.withLock { state in
                state.armed.removeAll { $0.id == id }
                state.delayed.removeAll { $0.id == id }
                state.followers.removeValue(forKey: id)
            }
        }
    }

    private struct Tokens: ConsoleArmament {
        let tokens: [any ConsoleArmament]

        func disarm() async {
            for token in tokens { await token.disarm() }
        }
    }
}
