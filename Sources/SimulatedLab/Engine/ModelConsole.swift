import LabModel
import LabSimulation
import Synchronization

/// A console that a model board writes to, line by line.
///
/// Boards say the same few lines again and again, so each search of a pattern in a line is done once in a process.
final class ModelConsole: Console {
    private struct Line {
        var offset: Int
        var text: String
    }

    private struct State {
        var lines: [Line] = []
        var length = 0
        var last: MonotonicTime?
        var nextNumber = 0
        var waiters: [Int: UnsafeContinuation<Void, Never>] = [:]
        var watches: [Int: Watch] = [:]
        var followers: [Int: @Sendable ([ConsoleLine]) -> Void] = [:]
    }

    private struct Watch {
        var patterns: [ConsolePattern]
        var handler: @Sendable (ConsoleMatch) -> Void
    }

    let name = "uart0"
    private let clock: any LabClock
    private let state = Mutex(State())

    init(clock: any LabClock) {
        self.clock = clock
    }

    /// The board printed `text`: a line with its end, or a prompt without.
    func print(_ text: String) {
        let now = clock.monotonic()
        let (offset, waiters, watches, followers) = state.withLock { state in
            let offset = state.length
            state.lines.append(Line(offset: offset, text: text))
            state.length += text.utf8.count
            state.last = now
            defer { state.waiters = [:] }
            return (
                offset, state.waiters.sorted { $0.key < $1.key }.map(\.value),
                state.watches.sorted { $0.key < $1.key }.map(\.value),
                state.followers.sorted { $0.key < $1.key }.map(\.value)
            )
        }
        let line = ConsoleLine(
            offset: ConsoleOffset(rawValue: UInt64(offset)), text: String(text.prefix { $0 != "\n" }), at: now,
            wall: clock.wall())
        for follower in followers { follower([line]) }
        for watch in watches {
            for index in watch.patterns.indices {
                if let match = Self.search(watch.patterns[index], index, text, offset, now) { watch.handler(match) }
            }
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Searching

    private struct Question: Hashable {
        var expression: String
        var text: String
    }

    private struct Answer {
        /// UTF-8 bytes up to the end of the match.
        var end: Int
        var text: String
        var groups: [String: String]
    }

    /// `Regex` is not `Sendable`: it is made anew for each question, and each question is asked once.
    private static let answers = Mutex<[Question: Answer?]>([:])

    private static func search(
        _ pattern: ConsolePattern, _ index: Int, _ text: String, _ offset: Int, _ now: MonotonicTime
    ) -> ConsoleMatch? {
        let question = Question(expression: pattern.expression, text: text)
        let answer = answers.withLock { answers -> Answer? in
            if let known = answers[question] { return known }
            let answer = Self.answer(question)
            if answers.count > 100_000 { answers = [:] }
            answers[question] = .some(answer)
            return answer
        }
        return answer.map {
            ConsoleMatch(
                pattern: index, end: ConsoleOffset(rawValue: UInt64(offset + $0.end)), text: $0.text,
                line: String(text.prefix { $0 != "\n" }), groups: $0.groups, at: now)
        }
    }

    private static func answer(_ question: Question) -> Answer? {
        // Swift's `Regex` knows no look-behind; for what model boards say the rest of the pattern is enough.
        let plain = question.expression.replacing(#/\(\?<![^)]*\)/#, with: "")
        guard let regex = try? Regex(plain).anchorsMatchLineEndings(),
            let found = question.text.firstMatch(of: regex)
        else { return nil }
        var groups: [String: String] = [:]
        for (number, value) in found.output.enumerated() where number > 0 {
            guard let text = value.substring else { continue }
            groups["\(number)"] = String(text)
            if let name = value.name { groups[name] = String(text) }
        }
        return Answer(
            end: question.text.utf8.distance(from: question.text.startIndex, to: found.range.upperBound),
            text: String(question.text[found.range]), groups: groups)
    }

    private static func search(
        _ patterns: [ConsolePattern], in lines: [Line], from start: Int, _ now: MonotonicTime
    ) -> ConsoleMatch? {
        for line in lines where line.offset + line.text.utf8.count > start {
            let skipped = max(0, start - line.offset)
            let text = skipped == 0 ? line.text : String(decoding: line.text.utf8.dropFirst(skipped), as: UTF8.self)
            let matches = patterns.indices.compactMap {
                search(patterns[$0], $0, text, line.offset + skipped, now)
            }
            if let first = matches.min(by: { ($0.end, $0.pattern) < ($1.end, $1.pattern) }) { return first }
        }
        return nil
    }

    // MARK: Console

    func end() async -> ConsoleOffset { ConsoleOffset(rawValue: UInt64(state.withLock { $0.length })) }

    func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        while true {
            try Task.checkCancellation()
            let now = clock.monotonic()
            let lines = state.withLock { state in
                // The newest lines are looked at again and again, the old ones never.
                let first = state.lines.lastIndex { $0.offset <= Int(start.rawValue) } ?? 0
                return Array(state.lines[first...])
            }
            if let match = Self.search(patterns, in: lines, from: Int(start.rawValue), now) { return match }
            guard now < deadline else {
                throw ConsoleTimeout(patterns: patterns, lastLine: lines.last?.text)
            }
            try await change(since: (lines.last.map { $0.offset + $0.text.utf8.count }) ?? 0, until: deadline)
        }
    }

    /// Returns when something was printed, or when `deadline` has come.
    private func change(since length: Int, until deadline: MonotonicTime) async throws {
        let number = nextNumber()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.nextPrint(number, since: length) }
            group.addTask { [clock] in try await clock.sleep(until: deadline) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func nextPrint(_ number: Int, since length: Int) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isLate = state.withLock { state in
                    guard state.length == length, !Task.isCancelled else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    func send(_ text: String, pacing: Duration) async throws {}

    func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament {
        let number = nextNumber()
        state.withLock { $0.watches[number] = Watch(patterns: patterns, handler: handler) }
        return Token(console: self, number: number)
    }

    func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament {
        let number = nextNumber()
        state.withLock { $0.followers[number] = handler }
        return Token(console: self, number: number)
    }

    private func nextNumber() -> Int {
        state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
    }

    func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament {
        throw Failure(.bug, "a model console arms nothing")
    }

    func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk> { AsyncStream { $0.finish() } }

    func lastLines(_ count: Int) async -> [ConsoleLine] {
        let now = clock.monotonic()
        return state.withLock { $0.lines.suffix(count) }.map {
            ConsoleLine(
                offset: ConsoleOffset(rawValue: UInt64($0.offset)), text: $0.text, at: now, wall: clock.wall())
        }
    }

    func lastActivity() async -> MonotonicTime? { state.withLock { $0.last } }

    private struct Token: ConsoleArmament {
        let console: ModelConsole
        let number: Int

        func disarm() async {
            console.state.withLock { state in
                state.watches[number] = nil
                state.followers[number] = nil
            }
        }
    }
}
