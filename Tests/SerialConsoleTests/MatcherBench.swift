import LabModel

@testable import SerialConsole

/// Runs one matcher over a text that comes in pieces.
struct MatcherBench {
    var mode = PatternMatcher.Mode.first
    var start: UInt64 = 0
    /// Whether the console is silent after the last piece.
    var endsSilent = false
    /// Whether it is silent after every piece.
    var pauses = false

    func run(_ patterns: [ConsolePattern], _ pieces: [[UInt8]]) throws -> [ConsoleMatch] {
        try run(PatternDatabase(patterns), pieces)
    }

    func run(_ database: PatternDatabase, _ pieces: [[UInt8]]) throws -> [ConsoleMatch] {
        let zero = MonotonicTime(nanoseconds: 0)
        let scratch = try MatchScratch { zero }
        let matcher = try PatternMatcher(database, from: start, mode: mode, scratch: scratch)
        var history = ConsoleHistory()
        var found: [ConsoleMatch] = []
        for piece in pieces where !matcher.isDone {
            piece.withUnsafeBytes { history.append($0, at: zero) }
            found += try matcher.feed(history)
            if pauses, !matcher.isDone { found += try matcher.silence(history) }
        }
        if endsSilent, !matcher.isDone { found += try matcher.silence(history) }
        return found
    }

    func run(_ expressions: [String], _ text: String) throws -> [ConsoleMatch] {
        try run(expressions.map { ConsolePattern($0) }, [Array(text.utf8)])
    }

    /// The matches for every way to cut `text` in two, for single bytes, and for the whole at once.
    func everySplit(_ expressions: [String], _ text: String) throws -> Set<[ConsoleMatch]> {
        let bytes = Array(text.utf8)
        let patterns = try PatternDatabase(expressions.map { ConsolePattern($0) })
        var results: Set = [try run(patterns, [bytes]), try run(patterns, bytes.map { [$0] })]
        for cut in 1..<max(2, bytes.count) {
            results.insert(try run(patterns, [Array(bytes[..<cut]), Array(bytes[cut...])]))
        }
        return results
    }
}
