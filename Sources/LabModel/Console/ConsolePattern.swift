/// A place in a console's output: the number of bytes that came before it since the console was opened.
public struct ConsoleOffset: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static let start = ConsoleOffset(rawValue: 0)

    public static func < (lhs: ConsoleOffset, rhs: ConsoleOffset) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// What is searched on a console.
public struct ConsolePattern: Hashable, Sendable, Codable {
    /// PCRE syntax over bytes, multi-line: `^` and `$` are line borders.
    public var expression: String

    /// A pattern in PCRE syntax.
    public init(_ expression: String) {
        self.expression = expression
    }

    /// A pattern that matches exactly `text`.
    public static func literal(_ text: String) -> ConsolePattern {
        let special: Set<Character> = ["\\", "^", "$", ".", "|", "?", "*", "+", "(", ")", "[", "]", "{", "}"]
        return ConsolePattern(text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined())
    }
}

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

/// One line a console printed.
public struct ConsoleLine: Hashable, Sendable {
    /// Where the line begins.
    public var offset: ConsoleOffset
    /// Without its line end and escape bytes; bytes that are not UTF-8 are replaced.
    public var text: String
    /// When its first byte was read.
    public var at: MonotonicTime
    public var wall: WallTime

    public init(offset: ConsoleOffset, text: String, at: MonotonicTime, wall: WallTime) {
        self.offset = offset
        self.text = text
        self.at = at
        self.wall = wall
    }
}
