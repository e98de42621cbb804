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
