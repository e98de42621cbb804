import JobDSL
import LabModel

/// What is said of one board now: by its file, or by the configuration.
struct BoardReading: Hashable, Sendable {
    var name: BoardName
    /// Nil for boards of the configuration and built-in ones.
    var file: String?
    /// Nil when not even its type is said.
    var definition: BoardDefinition?
    var diagnostics: [Diagnostic] = []

    /// The definition, when the board can be made of it.
    var fit: BoardDefinition? { diagnostics.contains { $0.severity == .error } ? nil : definition }
}

/// A board file with its place in mind: read once, checked against the types as often as these change.
struct BoardText: Sendable {
    var definition: BoardDefinition?
    var origin: BoardOrigin?
    var diagnostics: [Diagnostic]

    /// Board files are small; what is not has no business there.
    private static let limits = YAMLLimits(bytes: BoardFolder.largestFile, nodes: 10_000, depth: 32)

    init(_ file: BoardFolder.File) {
        let findings = Findings(limit: 20)
        do throws(Diagnostic) {
            let text = try file.text.get()
            let tree = try YAMLText.read(text, file: file.path, limits: Self.limits)
            if let (definition, origin) = BoardReader(findings: findings).read(tree, file: file.name) {
                self.definition = definition
                self.origin = origin
            }
        } catch {
            findings.add(error)
        }
        diagnostics = findings.diagnostics
    }
}
