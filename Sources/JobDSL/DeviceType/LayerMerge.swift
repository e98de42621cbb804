import LabModel

/// Lays a device type over its parent: mappings are merged, lists and values replaced, `key+` and `+key` extend a list,
/// and null deletes.
struct LayerMerge {
    let findings: Findings

    /// - Parameter deletes: whether null deletes; in `vars` it only leaves a variable without value.
    func merge(_ upper: [YAMLEntry], over lower: [YAMLEntry], deletes: Bool = true) -> [YAMLEntry] {
        var result = lower
        // Plain keys first, so that a file can replace a list and extend it.
        let plainFirst =
            upper.filter { MergeKey($0.key).operation == .replace }
            + upper.filter { MergeKey($0.key).operation != .replace }
        for entry in plainFirst { apply(entry, to: &result, deletes: deletes) }
        return result
    }

    private func apply(_ entry: YAMLEntry, to result: inout [YAMLEntry], deletes: Bool) {
        let key = MergeKey(entry.key)
        let index = result.firstIndex { $0.key == key.name }
        var merged = YAMLEntry(key: key.name, keyPosition: entry.keyPosition, value: entry.value)
        switch key.operation {
        case .replace where entry.value.isNull && deletes:
            guard let index else {
                findings.error(
                    at: entry.keyPosition, "`\(cutExcerpt(key.name))` deletes what no parent has",
                    suggestion: findings.suggestion(for: key.name, among: result.map(\.key)))
                return
            }
            result.remove(at: index)
            return
        case .replace:
            merged.value = laid(entry.value, over: index.map { result[$0].value }, deletes: deletes)
        case .append, .prepend:
            guard let extended = extended(entry, key, inherited: index.map { result[$0].value }) else { return }
            merged.value = extended
        }
        if let index {
            result[index] = merged
        } else {
            result.append(merged)
        }
    }

    private func laid(_ upper: YAMLNode, over lower: YAMLNode?, deletes: Bool) -> YAMLNode {
        guard let entries = upper.entries, !upper.isConditional else { return upper }
        // Laid over nothing as well, so that `key+` works without an inherited list.
        let inherited = lower.flatMap { $0.isConditional ? nil : $0.entries } ?? []
        return YAMLNode(.mapping(merge(entries, over: inherited, deletes: deletes)), at: upper.position)
    }

    private func extended(_ entry: YAMLEntry, _ key: MergeKey, inherited: YAMLNode?) -> YAMLNode? {
        guard let added = entry.value.elements else {
            findings.mismatch(entry.value, "`\(cutExcerpt(entry.key))`", needs: "a list")
            return nil
        }
        guard let inherited, !inherited.isNull else { return entry.value }
        guard let elements = inherited.elements else {
            findings.error(
                at: entry.keyPosition, "`\(cutExcerpt(entry.key))` extends what is not a list, at \(inherited.position)"
            )
            return nil
        }
        let all = key.operation == .append ? elements + added : added + elements
        return YAMLNode(.sequence(all), at: inherited.position)
    }
}
