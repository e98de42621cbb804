import LabModel

/// A value that is there only `when` a variable says so.
///
/// `{when: {var: x}, use: V, else: W}`, or a mapping with `when` beside its own keys.
struct Conditional {
    let variable: String
    let variablePosition: SourcePosition
    /// Texts of which the variable must be one; nil asks only whether it is set.
    let accepted: [String]?
    let use: YAMLNode?
    let otherwise: YAMLNode?

    var branches: [YAMLNode] { [use, otherwise].compactMap { $0 } }

    /// Nil when `node` is not conditional, and also, with errors, when its condition is wrong.
    init?(_ node: YAMLNode, _ findings: Findings) {
        guard let entries = node.entries, let when = node["when"] else { return nil }
        guard let map = MapReader(when, "`when`", findings) else { return nil }
        let name = map.requiredString("var")
        accepted = map.oneOrMore("is")
        variablePosition = map.node("var")?.position ?? when.position
        map.finish(unknown: .error)
        guard let name else { return nil }
        variable = name
        otherwise = node["else"]
        let rest = entries.filter { !["when", "use", "else"].contains($0.key) }
        if let value = node["use"] {
            use = value
            for entry in rest {
                findings.error(at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot stand beside `use`")
            }
        } else {
            use = YAMLNode(.mapping(rest), at: node.position)
        }
    }

    /// Whether the condition holds for a variable's value; nil for one without value.
    func holds(for value: YAMLNode?) -> Bool {
        guard let value, !value.isNull else { return false }
        guard let accepted else { return value.isTruthy }
        return value.scalar.map { accepted.contains($0.text) } ?? false
    }
}

extension YAMLNode {
    /// Set and neither empty, zero nor false.
    fileprivate var isTruthy: Bool {
        switch content {
        case .scalar(let scalar): !["", "0", "false", "no", "off"].contains(scalar.text.lowercased())
        case .sequence(let elements): !elements.isEmpty
        case .mapping(let entries): !entries.isEmpty
        }
    }

    /// Whether this has the form of a conditional, right or wrong.
    var isConditional: Bool { self["when"] != nil }
}
