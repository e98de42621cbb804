import LabModel

/// What a definition's own pattern finds in its output, taken piece by piece.
struct ParsedOutput {
    /// How far back from the end of what is known a match may begin.
    private static let reach: UInt64 = 4096

    private var cursor: ConsoleOffset

    init(from cursor: ConsoleOffset) {
        self.cursor = cursor
    }

    /// Passes over output that no pattern is meant for.
    mutating func skip(to offset: ConsoleOffset) {
        cursor = max(cursor, offset)
    }

    /// The groups of the matches that end before `limit`, up to where the output is known.
    ///
    /// - Parameter isEnd: what comes behind `limit` belongs to no match that begins before it.
    mutating func matches(
        of pattern: String, before limit: ConsoleOffset, isEnd: Bool, in run: RunContext
    ) async throws -> [[String: String]] {
        var found: [[String: String]] = []
        while cursor < limit, let match = try await search(pattern, run), match.end < limit {
            cursor = match.end
            found.append(match.groups)
        }
        let old = isEnd ? 0 : Self.reach
        skip(to: ConsoleOffset(rawValue: limit.rawValue - min(old, limit.rawValue)))
        return found
    }

    /// Looks at what has been read, and does not wait for more.
    private func search(_ pattern: String, _ run: RunContext) async throws -> ConsoleMatch? {
        do {
            return try await run.board.console.expect(
                [ConsolePattern(pattern)], from: cursor, until: run.clock.monotonic())
        } catch is ConsoleTimeout {
            return nil
        }
    }
}
