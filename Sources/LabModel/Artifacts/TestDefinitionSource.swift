/// Fetches test definitions that do not stand in the job.
public protocol TestDefinitionSource: Sendable {
    /// Puts the repository or archive of `request` into `directory`, which is empty, and reads the definition.
    /// For an inline definition `directory` stays empty.
    ///
    /// - Throws: `infrastructure` when it cannot be fetched, `job` when the definition is missing or wrong.
    func fetch(_ request: TestDefinitionRequest, into directory: String) async throws(Failure) -> FetchedTestDefinition
}

/// A test definition with what was fetched around it.
public struct FetchedTestDefinition: Hashable, Sendable {
    public var definition: TestDefinition
    /// The commit that was checked out, for a git source.
    public var commit: String?

    public init(definition: TestDefinition, commit: String? = nil) {
        self.definition = definition
        self.commit = commit
    }
}

/// Reads a test definition's text. `JobDSL` implements it, so that rooms below need no YAML.
public protocol TestDefinitionReader: Sendable {
    /// - Throws: `job` with positions when the text is not a test definition.
    func read(_ text: String, file: String) throws(Failure) -> TestDefinition
}
