/// The first of several patterns found on a console.
public struct ConsoleMatch: Hashable, Sendable {
    /// Index into the list of patterns that was searched.
    public var pattern: Int
    /// Where the match ends; the next search goes on from here.
    public var end: ConsoleOffset
    /// The matched text. Bytes that are not UTF-8 are replaced.
    public var text: String
    /// The line up to the end of the match, at most 4096 bytes of it, without its line end.
    public var line: String
    /// Captures by number from 1, and by name where the pattern names them.
    public var groups: [String: String]
    /// When the last byte of the match was read.
    public var at: MonotonicTime

    public init(
        pattern: Int, end: ConsoleOffset, text: String, line: String, groups: [String: String] = [:], at: MonotonicTime
    ) {
        self.pattern = pattern
        self.end = end
        self.text = text
        self.line = line
        self.groups = groups
        self.at = at
    }
}
