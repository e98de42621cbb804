import LabModel

/// Puts variables into a merged device type and decides its conditions.
///
/// `{name}` in lower case is a variable; `{SERVER_IP}` stays for the running job, `${name}` for the board's own shell,
/// and `{{name}}` is `{name}` as text.
struct Interpolation {
    let variables: VariableLayers
    let findings: Findings
    /// Variables that are being resolved, outermost first.
    private var active: [String] = []
    /// Text made so far, in bytes: variables of variables can double at every level.
    private var written = 0
    private let largestText = 1 << 20
    private var steps = 0
    /// Variables that stand inside the texts that were resolved, by the texts' places.
    private(set) var used: [SourcePosition: [String]] = [:]
    private let mostSteps = 100_000

    init(variables: VariableLayers, findings: Findings) {
        self.variables = variables
        self.findings = findings
    }

    /// The value without variables and conditions; nil when it is not there under its condition.
    mutating func resolve(_ node: YAMLNode) -> YAMLNode? {
        if node.isConditional { return conditional(node) }
        switch node.content {
        case .scalar(let scalar): return resolved(scalar, at: node.position)
        case .sequence(let elements):
            return YAMLNode(.sequence(elements.flatMap { elementValues($0) }), at: node.position)
        case .mapping(let entries):
            var resolved: [YAMLEntry] = []
            for entry in entries {
                if let value = resolve(entry.value) {
                    resolved.append(YAMLEntry(key: entry.key, keyPosition: entry.keyPosition, value: value))
                }
            }
            return YAMLNode(.mapping(resolved), at: node.position)
        }
    }

    /// A list that a condition or a variable brings into a list is put in element by element.
    private mutating func elementValues(_ element: YAMLNode) -> [YAMLNode] {
        guard let value = resolve(element) else { return [] }
        if element.elements == nil, let inner = value.elements { return inner }
        return [value]
    }

    private mutating func conditional(_ node: YAMLNode) -> YAMLNode? {
        guard let condition = Conditional(node, findings) else { return nil }
        guard variables.settings[condition.variable] != nil else {
            unknown(condition.variable, at: condition.variablePosition)
            return nil
        }
        let holds = condition.holds(for: value(of: condition.variable, at: condition.variablePosition))
        guard let branch = holds ? condition.use : condition.otherwise else { return nil }
        return resolve(branch)
    }

    private func unknown(_ name: String, at position: SourcePosition) {
        findings.error(
            at: position, "there is no variable `\(cutExcerpt(name))`",
            suggestion: findings.suggestion(for: name, among: variables.names))
    }

    /// A variable's own value, with the variables in it resolved.
    private mutating func value(of name: String, at position: SourcePosition) -> YAMLNode? {
        guard let setting = variables.settings[name] else {
            unknown(name, at: position)
            return nil
        }
        if setting.isLiteral { return setting.value }
        guard !active.contains(name) else {
            findings.error(
                at: position, "the variable `\(name)` needs itself: \((active + [name]).joined(separator: " → "))")
            return nil
        }
        active.append(name)
        defer { active.removeLast() }
        return resolve(setting.value)
    }

    private mutating func resolved(_ scalar: YAMLScalar, at position: SourcePosition) -> YAMLNode? {
        // Counted before anything is looked up, so that empty lists cannot double for ever either.
        guard takeStep(at: position) else { return nil }
        let parts = TemplateText.parts(of: scalar.text)
        // A variable alone keeps its kind: a list stays a list, a number a number.
        if case .variable(let name)? = parts.first, parts.count == 1 {
            guard let value = value(of: name, at: position) else { return nil }
            if value.isNull {
                findings.error(at: position, "the variable `\(name)` has no value", suggestion: advice(for: name))
                return nil
            }
            guard spend(value.scalar?.text.utf8.count ?? 0, at: position) else { return nil }
            return value
        }
        var text = ""
        var hasVariables = false
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .variable(let name):
                hasVariables = true
                if used[position]?.contains(name) != true { used[position, default: []].append(name) }
                text += pieceOfText(name, at: position) ?? ""
            }
            guard spend(text.utf8.count, at: position) else { return nil }
        }
        return YAMLNode(.scalar(YAMLScalar(text, style: hasVariables ? .text : scalar.style)), at: position)
    }

    private mutating func pieceOfText(_ name: String, at position: SourcePosition) -> String? {
        guard let value = value(of: name, at: position) else { return nil }
        guard let scalar = value.scalar else {
            findings.error(
                at: position, "the variable `\(name)` is \(value.kindInWords), which cannot stand inside text")
            return nil
        }
        guard !value.isNull || scalar.style == .text else {
            findings.error(at: position, "the variable `\(name)` has no value", suggestion: advice(for: name))
            return nil
        }
        return scalar.text
    }

    private func advice(for name: String) -> String {
        "give it one in the type, for the board, or guard this with `when: {var: \(name)}`"
    }

    private mutating func takeStep(at position: SourcePosition) -> Bool {
        steps += 1
        if steps == mostSteps + 1 {
            findings.error(at: position, "the variables make more than \(mostSteps) values")
        }
        return steps <= mostSteps
    }

    private mutating func spend(_ bytes: Int, at position: SourcePosition) -> Bool {
        let wasWithin = written <= largestText
        written += bytes
        if wasWithin, written > largestText {
            findings.error(at: position, "the variables make more than \(largestText) bytes of text")
        }
        return written <= largestText
    }
}

/// A text cut at its variables.
enum TemplateText {
    enum Part: Hashable {
        case text(String)
        case variable(String)
    }

    static func parts(of text: String) -> [Part] {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return [.text(text)] }
        var parts: [Part] = []
        // Byte by byte: none of the signs that count is part of a longer character.
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            let isOpen = byte == UInt8(ascii: "{")
            if isOpen, !isShellVariable(behind: literal), let name = name(rest.dropFirst()) {
                if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
                literal = []
                parts.append(.variable(String(decoding: name, as: UTF8.self)))
                rest = rest.dropFirst(name.count + 2)
            } else if isOpen, rest.dropFirst().first == byte, let name = name(rest.dropFirst(2)),
                rest.dropFirst(name.count + 3).first == UInt8(ascii: "}")
            {
                literal += [byte] + name + [UInt8(ascii: "}")]
                rest = rest.dropFirst(name.count + 4)
            } else {
                literal.append(byte)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty || parts.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
        return parts
    }

    /// `$` before a brace makes it the board's own; `$$` is a text's end of its own.
    private static func isShellVariable(behind literal: [UInt8]) -> Bool {
        let dollar = UInt8(ascii: "$")
        return literal.last == dollar && literal.dropLast().last != dollar
    }

    /// The variable's name when `rest` is `name}…`.
    private static func name(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let name = rest.prefix(101).prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "{") }
        guard name.count <= 100, rest.dropFirst(name.count).first == UInt8(ascii: "}"),
            VariableName.isValid(bytes: name)
        else { return nil }
        return name
    }
}
