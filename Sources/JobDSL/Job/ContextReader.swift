import LabModel

/// Reads `context`: variables for the device type, of a job or of a role.
struct ContextReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ node: YAMLNode) -> [String: DataValue] {
        guard let entries = node.entries else {
            findings.mismatch(node, "`context`", needs: "a mapping of variables")
            return [:]
        }
        var context: [String: DataValue] = [:]
        for entry in entries {
            if !reading.contextKeys.contains(entry.key) {
                findings.error(
                    at: entry.keyPosition, "`\(cutExcerpt(entry.key))` is not a variable that `context` may set",
                    suggestion: findings.suggestion(for: entry.key, among: reading.contextKeys.sorted())
                )
            } else if entry.value.entries != nil || entry.value.elements?.contains(where: { $0.scalar == nil }) == true
            {
                findings.mismatch(entry.value, "`\(entry.key)`", needs: "text, a number or a list of them")
            } else {
                context[entry.key] = DataValue(entry.value)
            }
        }
        return context
    }
}

extension Findings {
    /// `environment` or `secrets`: variables of the shell.
    func variables(_ map: MapReader, _ key: String) -> [String: String] {
        let variables = map.node(key).flatMap { shellVariables($0, "`\(key)`") } ?? []
        return Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}
