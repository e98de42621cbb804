public import LabModel

/// Reads test definition files, as they stand in repositories.
public struct TestDefinitionFileReader: TestDefinitionReader {
    public init() {}

    /// The definition in `text`.
    ///
    /// - Parameter file: the name that positions carry.
    /// - Throws: `job`, placed at the first error and naming up to three more.
    public func read(_ text: String, file: String) throws(Failure) -> TestDefinition {
        let findings = Findings()
        var definition: TestDefinition?
        do {
            let root = try YAMLText.read(text, file: file)
            definition = TestDefinitionParser(findings: findings).read(root, text: text)
        } catch {
            findings.add(error)
        }
        let errors = findings.diagnostics.filter { $0.severity == .error }
        guard let first = errors.first else {
            if let definition { return definition }
            throw Failure(.job, "the file is not a test definition", at: file)
        }
        let more = errors.dropFirst().prefix(3).map { "line \($0.position.line): \($0.message)" }
        throw Failure(
            .job, ([first.message] + more).joined(separator: "; "), at: first.position.description,
            advice: first.suggestion)
    }
}
