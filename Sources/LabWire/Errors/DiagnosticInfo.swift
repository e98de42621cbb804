public import LabModel

/// One finding about a submitted text.
public struct DiagnosticInfo: Codable, Sendable, Equatable {
    /// `error` or `warning`.
    public var severity: String
    /// The file on labd's host; nil for a text that was sent.
    public var file: String?
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int
    public var message: String
    /// The offending text, cut to at most 120 characters.
    public var excerpt: String?
    /// What to write instead.
    public var suggestion: String?

    public init(
        severity: String, line: Int, column: Int, message: String, excerpt: String? = nil, suggestion: String? = nil
    ) {
        self.severity = severity
        self.line = line
        self.column = column
        self.message = message
        self.excerpt = excerpt
        self.suggestion = suggestion
    }

    public init(_ diagnostic: Diagnostic) {
        self.init(
            severity: diagnostic.severity.rawValue, line: diagnostic.position.line, column: diagnostic.position.column,
            message: diagnostic.message, excerpt: diagnostic.excerpt, suggestion: diagnostic.suggestion)
        file = diagnostic.position.file
    }
}
