/// One finding about a text, pointing at its place.
public struct Diagnostic: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Severity: String, Sendable, Codable {
        case error, warning
    }

    public var severity: Severity
    public var position: SourcePosition
    /// What is wrong, as one sentence without a final stop.
    public var message: String
    /// The offending text, cut to at most 120 characters.
    public var excerpt: String?
    /// What to write instead, such as the nearest known key.
    public var suggestion: String?

    public init(
        _ severity: Severity, at position: SourcePosition, _ message: String, excerpt: String? = nil,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.position = position
        self.message = message
        self.excerpt = excerpt
        self.suggestion = suggestion
    }

    public var description: String {
        var text = "\(position): \(severity.rawValue): \(message)"
        if let excerpt { text += " in `\(excerpt)`" }
        if let suggestion { text += "; \(suggestion)" }
        return text
    }
}
