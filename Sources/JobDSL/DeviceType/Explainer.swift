import LabModel

/// Follows one key through the layers of a resolved device type.
struct Explainer {
    let chain: DeviceTypeLibrary.Chain
    let resolution: DeviceTypeResolution

    /// Nil when neither a key nor a variable has this name.
    func explain(_ key: String) -> Explanation? {
        let path = key.split(separator: ".").map(String.init)
        if let body = explainBody(key, path) { return body }
        let name = path.first == "vars" || path.first == "const" ? path.dropFirst().joined(separator: ".") : key
        guard let setting = resolution.variables.settings[name] else { return nil }
        var interpolation = Interpolation(variables: resolution.variables, findings: Findings())
        let value = setting.isLiteral ? setting.value : interpolation.resolve(setting.value)
        return Explanation(
            key: key, value: value.map { DataValue($0) } ?? .null, layers: variableLayers(name, suffix: ""))
    }

    private func explainBody(_ key: String, _ path: [String]) -> Explanation? {
        var layers: [Explanation.Layer] = []
        for file in chain {
            for (entry, operation) in entries(path, in: file.body) {
                let replaces = operation == .replace && (entry.value.entries == nil || entry.value.isConditional)
                if replaces {
                    layers = layers.map {
                        var lost = $0; lost.wins = false; return lost
                    }
                }
                layers.append(
                    Explanation.Layer(
                        layer: "type \(file.name)", file: file.file, line: entry.keyPosition.line,
                        value: DataValue(entry.value), wins: true))
            }
        }
        guard !layers.isEmpty else { return nil }
        let value = node(path, in: resolution.resolved)
        let merged = node(path, in: resolution.merged)
        for name in merged.map({ variableNames(in: $0) }) ?? [] {
            layers += variableLayers(name, suffix: ", variable \(name)")
        }
        return Explanation(key: key, value: value.map { DataValue($0) } ?? .null, layers: layers)
    }

    /// What a file says of a path: a plain key first, then what extends it.
    private func entries(_ path: [String], in body: [YAMLEntry]) -> [(YAMLEntry, MergeKey.Operation)] {
        guard let first = path.first else { return [] }
        let matching = body.filter { MergeKey($0.key).name == first }.map { ($0, MergeKey($0.key).operation) }
        guard path.count > 1 else { return matching.sorted { $0.1 == .replace && $1.1 != .replace } }
        return matching.flatMap { entries(Array(path.dropFirst()), in: $0.0.value.entries ?? []) }
    }

    private func node(_ path: [String], in root: YAMLNode) -> YAMLNode? {
        path.reduce(root) { node, key in node?[key] }
    }

    private func variableLayers(_ name: String, suffix: String) -> [Explanation.Layer] {
        let history = resolution.variables.history[name] ?? []
        let winner = history.lastIndex { $0.isConstant } ?? history.indices.last
        return history.enumerated().map { index, setting in
            let isFile = !setting.isLiteral
            return Explanation.Layer(
                layer: setting.layer + suffix, file: isFile ? setting.value.position.file : nil,
                line: isFile ? setting.value.position.line : nil, value: DataValue(setting.value), wins: index == winner
            )
        }
    }

    /// Variables named in a value or in its conditions, each once, in order, with those that they need in turn.
    private func variableNames(in node: YAMLNode) -> [String] {
        var names: [String] = []
        collect(node, into: &names)
        return names
    }

    private func collect(_ node: YAMLNode, into names: inout [String]) {
        switch node.content {
        case .scalar(let scalar):
            for case .variable(let name) in TemplateText.parts(of: scalar.text) { add(name, to: &names) }
        case .sequence(let elements):
            for element in elements { collect(element, into: &names) }
        case .mapping(let entries):
            if let name = node["when"]?["var"]?.scalar?.text { add(name, to: &names) }
            for entry in entries where entry.key != "when" { collect(entry.value, into: &names) }
        }
    }

    private func add(_ name: String, to names: inout [String]) {
        guard !names.contains(name), let setting = resolution.variables.settings[name] else { return }
        names.append(name)
        if !setting.isLiteral { collect(setting.value, into: &names) }
    }
}
