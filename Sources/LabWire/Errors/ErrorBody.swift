/// The body of every answer that is not a success.
public struct ErrorBody: Codable, Sendable, Equatable, Error {
    public var error: FailureInfo
    /// What is wrong with a submitted text, each with its place.
    public var diagnostics: [DiagnosticInfo]?

    public init(error: FailureInfo, diagnostics: [DiagnosticInfo]? = nil) {
        self.error = error
        self.diagnostics = diagnostics
    }
}
