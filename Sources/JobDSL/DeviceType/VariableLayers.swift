import LabModel

/// All that gives variables their values: type chain < lab < board < job, with constants above them all.
struct VariableLayers {
    /// A value with the layer that gave it.
    struct Setting {
        var layer: String
        var value: YAMLNode
        var isConstant: Bool
        /// Values of board and job are taken as they are; those of files may name other variables.
        var isLiteral: Bool
    }

    private(set) var settings: [String: Setting] = [:]
    /// Every layer that names a variable, in order.
    private(set) var history: [String: [Setting]] = [:]
    private let findings: Findings

    init(findings: Findings) {
        self.findings = findings
    }

    var names: [String] { settings.keys.sorted() }

    /// The next file of the chain, from the root to the type itself.
    mutating func add(_ file: DeviceTypeFile) {
        for entry in merged(file.variables) {
            if settings[entry.key]?.isConstant == true {
                findings.error(
                    at: entry.keyPosition, "`\(entry.key)` is a constant of `\(settings[entry.key]?.layer ?? "")`",
                    suggestion: "set it under `const`")
            }
            set(entry, layer: "type \(file.name)", isConstant: false, isLiteral: false)
        }
        for entry in merged(file.constants) {
            set(entry, layer: "type \(file.name)", isConstant: true, isLiteral: false)
        }
    }

    /// What a file says of variables, laid over what is inherited of the same ones.
    private func merged(_ entries: [YAMLEntry]) -> [YAMLEntry] {
        var names: Set<String> = []
        let inherited = entries.compactMap { entry -> YAMLEntry? in
            let name = MergeKey(entry.key).name
            guard names.insert(name).inserted, let value = settings[name]?.value else { return nil }
            return YAMLEntry(key: name, keyPosition: value.position, value: value)
        }
        return LayerMerge(findings: findings).merge(entries, over: inherited, deletes: false)
    }

    private mutating func set(_ entry: YAMLEntry, layer: String, isConstant: Bool, isLiteral: Bool) {
        let setting = Setting(layer: layer, value: entry.value, isConstant: isConstant, isLiteral: isLiteral)
        history[entry.key, default: []].append(setting)
        settings[entry.key] = setting
    }

    /// Values from outside the files. Constants stay as they are.
    ///
    /// - Parameter mustBeKnown: whether a name that no file has is an error.
    mutating func add(_ values: [String: DataValue], layer: Layer, mustBeKnown: Bool) {
        let position = SourcePosition(file: layer.rawValue, line: 1, column: 1)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let current = settings[name] else {
                if mustBeKnown {
                    findings.error(
                        at: position, "`\(cutExcerpt(name))` is not a variable of this device type",
                        suggestion: findings.suggestion(for: name, among: names))
                }
                continue
            }
            let setting = Setting(
                layer: layer.rawValue, value: YAMLNode(value, at: position), isConstant: false, isLiteral: true)
            history[name, default: []].append(setting)
            if !current.isConstant { settings[name] = setting }
        }
    }

    /// Layers that are not files.
    enum Layer: String {
        case lab, board
        case job = "job context"
    }
}
