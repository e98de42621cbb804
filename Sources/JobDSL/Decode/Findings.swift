public import LabModel

/// Collects all that is found while one text is read, so that its writer sees everything at once.
public final class Findings {
    /// Errors and warnings in the order they were found, at most `limit` of them.
    public private(set) var diagnostics: [Diagnostic] = []
    public private(set) var hasErrors = false
    /// Beyond this many only the fact that there are more is kept.
    private let limit: Int

    public init(limit: Int = 200) {
        self.limit = limit
    }

    public func add(_ diagnostic: Diagnostic) {
        let isFirstError = diagnostic.severity == .error && !hasErrors
        if diagnostic.severity == .error { hasErrors = true }
        if isFirstError, isFull, limit > 0 {
            // Warnings alone must not hide that something is wrong.
            diagnostics[limit - 1] = diagnostic
        } else if diagnostics.count < limit {
            diagnostics.append(diagnostic)
        } else if diagnostics.count == limit {
            diagnostics.append(
                Diagnostic(
                    diagnostic.severity, at: diagnostic.position, "there is more; only the first \(limit) are shown"))
        }
    }

    /// Forgets warnings that an error at the same place has made needless.
    func removeWarnings(at positions: Set<SourcePosition>) {
        diagnostics.removeAll { $0.severity == .warning && positions.contains($0.position) }
    }

    /// Whether what comes now is not shown any more, so that nobody needs to work on its wording.
    private var isFull: Bool { diagnostics.count > limit }

    /// `did you mean X?` for the word of `candidates` that `word` most likely meant; nil when none is close.
    public func suggestion<Words: Sequence<String>>(for word: String, among candidates: @autoclosure () -> Words)
        -> String?
    {
        isFull ? nil : didYouMean(word, among: candidates())
    }

    public func error(
        at position: SourcePosition, _ message: String, excerpt: String? = nil, suggestion: String? = nil
    ) {
        add(Diagnostic(.error, at: position, message, excerpt: excerpt, suggestion: suggestion))
    }

    public func warning(
        at position: SourcePosition, _ message: String, excerpt: String? = nil, suggestion: String? = nil
    ) {
        add(Diagnostic(.warning, at: position, message, excerpt: excerpt, suggestion: suggestion))
    }

    /// `needs` in words: "`tags` needs a list, not `x`".
    func mismatch(_ node: YAMLNode, _ what: String, needs: String, suggestion: String? = nil) {
        error(at: node.position, "\(what) needs \(needs), not \(node.kindInWords)", suggestion: suggestion)
    }
}
