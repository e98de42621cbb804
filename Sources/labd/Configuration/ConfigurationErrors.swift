import LabModel

/// Everything that is wrong with a configuration.
struct ConfigurationErrors: Error, CustomStringConvertible {
    let diagnostics: [Diagnostic]

    var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
