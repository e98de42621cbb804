/// A job's text in a JSON body; a body of any other content type is the text itself.
public struct SubmitRequest: Codable, Sendable, Equatable {
    public var definition: String

    public init(definition: String) {
        self.definition = definition
    }
}

/// The answer to an accepted job.
public struct Submitted: Codable, Sendable, Equatable {
    public var id: Int64
    public var name: String
    public var warnings: [DiagnosticInfo]

    public init(id: Int64, name: String, warnings: [DiagnosticInfo] = []) {
        self.id = id
        self.name = name
        self.warnings = warnings
    }
}
