import LabModel

/// What is gathered over all of one job while its parts are read.
final class JobReading {
    let findings = Findings()
    let contextKeys: Set<String>
    /// Valid LAVA that does not run yet.
    private(set) var unsupported: [UnsupportedFeature] = []
    /// Names of test definitions, each with its first place, by role: a role is a job of its own.
    private var definitions: [String: [String: SourcePosition]] = [:]
    /// The roles that run the block which is being read; one without a name in a job of its own.
    var roles = [""]
    /// Whether the job is a group of several.
    var isMultinode = false

    init(contextKeys: Set<String> = LavaVocabulary.contextKeys) {
        self.contextKeys = contextKeys
    }

    func doesNotRun(_ name: String, at position: SourcePosition) {
        let feature = UnsupportedFeature(name: name, position: position)
        if !unsupported.contains(feature) { unsupported.append(feature) }
    }

    /// Notes each of `keys` that `map` has as something that does not run.
    func refuse(_ keys: [String], of map: MapReader, in block: String) {
        for key in keys where map.node(key) != nil {
            doesNotRun("\(block) `\(key)`", at: map.position(of: key))
        }
    }

    /// Checks that no other definition of the job has this name.
    func claim(definition name: String, at position: SourcePosition) {
        if let first = roles.lazy.compactMap({ self.definitions[$0]?[name] }).first {
            findings.error(
                at: position, "the test definition `\(cutExcerpt(name))` has the name of the one at line \(first.line)",
                suggestion: "names are unique in a job")
        }
        for role in roles { definitions[role, default: [:]][name] = position }
    }
}
