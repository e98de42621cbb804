/// Waiting on a console took longer than allowed.
public struct ConsoleTimeout: Error, Hashable, Sendable {
    /// What was waited for.
    public var patterns: [ConsolePattern]
    /// The last line seen, so that a reader knows where the board was.
    public var lastLine: String?

    public init(patterns: [ConsolePattern], lastLine: String?) {
        self.patterns = patterns
        self.lastLine = lastLine
    }
}
