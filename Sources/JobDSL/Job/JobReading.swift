import LabModel

/// What is gathered over all of one job while its parts are read.
final class JobReading {
    let findings = Findings()
    let contextKeys: Set<String>
    /// Valid LAVA that does not run yet.
    private(set) var unsupported: [UnsupportedFeature] = []
    /// Names of test definitions, each with its first place.
    private var definitions: [String: SourcePosition] = [:]

    init(contextKeys: Set<String> = LavaVocabulary.contextKeys) {
        self.contextKeys = contextKeys
    }

    func doesNotRun(_ name: String, at position: SourcePosition) {
        unsupported.append(UnsupportedFeature(name: name, position: position))
    }

    /// Notes each of `keys` that `map` has as something that does not run.
    func refuse(_ keys: [String], of map: MapReader, in block: String) {
        for key in keys where map.node(key) != nil {
            doesNotRun("\(block) `\(key)`", at: map.position(of: key))
        }
    }

    /// Checks that no other definition of the job has this name.
    func claim(definition name: String, at position: SourcePosition) {
        if let first = definitions[name] {
            findings.error(
                at: position, "the test definition `\(cutExcerpt(name))` has the name of the one at line \(first.line)",
                suggestion: "names are unique in a job")
        } else {
            definitions[name] = position
        }
    }
}
