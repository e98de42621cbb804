import JobDSL
import LabModel

/// A template that only extends and sets, as `vars` and `const` of one of our types.
struct LavaTypeConverter {
    private let template: JinjaTemplate
    private let parent: KnownTypes.Declared
    private var scope = JinjaScope()
    private var variables: [YAMLEntry] = []
    private var constants: [YAMLEntry] = []
    private(set) var findings: [ImportReport.Finding] = []
    /// Variables that are made of others when a board asks for them.
    private(set) var dynamic: Set<String> = []
    /// Names that the values of others are made of.
    private let helpers: Set<String>

    /// What the file sets when nothing else does.
    var values: [String: DataValue] { scope.values }

    init(_ template: JinjaTemplate, parent: KnownTypes.Declared) {
        self.template = template
        self.parent = parent
        var helpers: Set<String> = []
        for case .set(let name, let expression, _) in template.statements
        where !LavaTypeWriter.consumed.contains(name) {
            if case .fallback(.name(name, _), let other, _) = expression {
                helpers.formUnion(other.names)
            } else {
                helpers.formUnion(expression.names)
            }
        }
        self.helpers = helpers
    }

    mutating func convert() -> (entries: [YAMLEntry], declared: KnownTypes.Declared) {
        let used = template.names
        for case .set(let name, let expression, let offset) in template.statements {
            let isForBoards = LavaTypeWriter.consumed.contains(name)
            do throws(JinjaMistake) {
                try read(name, expression, at: offset, isRead: isForBoards || used.contains(name))
            } catch {
                // Commands are put together for each board, where the names in them have values.
                if isForBoards { continue }
                findings.append(
                    ImportReport.Finding(
                        .left, name, error.message,
                        advice: "its value needs what a dictionary sets",
                        place: template.source.position(error.offset).description))
            }
        }
        var entries: [YAMLEntry] = []
        if !variables.isEmpty { entries.append(PlainYAML.entry("vars", PlainYAML.mapping(variables))) }
        if !constants.isEmpty { entries.append(PlainYAML.entry("const", PlainYAML.mapping(constants))) }
        var declared = parent
        declared.variables.formUnion(variables.map(\.key))
        declared.constants.formUnion(constants.map(\.key))
        declared.variables.subtract(declared.constants)
        return (entries, declared)
    }

    /// - Parameter isRead: whether something else in LAVA's files reads the value, so that labd need not.
    private mutating func read(
        _ name: String, _ expression: JinjaExpression, at offset: Int, isRead: Bool
    ) throws(JinjaMistake) {
        var isDefault = false
        var inner = expression
        if case .fallback(.name(name, _), let other, _) = expression {
            isDefault = true
            inner = other
        }
        let text = try dynamicText(inner)
        try scope.set(name, expression)
        if LavaTypeWriter.consumed.contains(name) { return }
        guard let value = scope.values[name] else { return }
        let isHelper = helpers.contains(name) && LavaTypeWriter.isVariable(name)
        guard parent.variables.contains(name) || parent.constants.contains(name) || isHelper else {
            if !isRead {
                findings.append(
                    ImportReport.Finding(
                        .left, name, "'\(PowerPlan.shown(value))': no type of labd reads such a variable",
                        place: template.source.position(offset).description))
            }
            return
        }
        if isDefault, parent.constants.contains(name) {
            findings.append(
                ImportReport.Finding(
                    .exact, name, "has no effect, since the parent sets it itself; the same is so in LAVA",
                    place: template.source.position(offset).description))
            return
        }
        let entry = PlainYAML.entry(name, PlainYAML.node(text.map { .string($0) } ?? Self.escaped(value)))
        if text == nil { dynamic.remove(name) } else { dynamic.insert(name) }
        // A later statement counts, and a hard one more than a default.
        constants.removeAll { $0.key == name }
        variables.removeAll { $0.key == name }
        if isDefault { variables.append(entry) } else { constants.append(entry) }
    }

    /// Text with the variables that it is made of, so that a board's values reach it; nil where nothing varies.
    private func dynamicText(_ expression: JinjaExpression) throws(JinjaMistake) -> String? {
        guard !expression.names.isEmpty, expression.names.isSubset(of: variables.map(\.key)) else { return nil }
        return Self.text(expression)
    }

    private static func text(_ expression: JinjaExpression) -> String? {
        switch expression {
        case .literal(.string(let text)): escaped(text)
        case .name(let name, _): "{\(name)}"
        case .sum(let left, let right, _), .joined(let left, let right, _):
            text(left).flatMap { left in text(right).map { left + $0 } }
        default: nil
        }
    }

    /// `{name}` means a variable in our types; LAVA's text means itself.
    static func escaped(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            let behind = rest[rest.index(after: brace)...]
            let name = behind.prefix { $0 != "}" && $0 != "{" }
            let isName =
                result.last != "$" && LavaTypeWriter.isVariable(String(name))
                && behind.dropFirst(name.count).first == "}"
            result += isName ? "{{\(name)}}" : "{"
            rest = isName ? behind.dropFirst(name.count + 1) : behind
        }
        return result + rest
    }

    static func escaped(_ value: DataValue) -> DataValue {
        switch value {
        case .string(let text): .string(escaped(text))
        case .list(let elements): .list(elements.map { escaped($0) })
        case .map(let members): .map(members.mapValues { escaped($0) })
        default: value
        }
    }
}

extension LavaTypeWriter {
    /// Names that go into boards, wherever they are set.
    static let consumed = PowerPlan.names.union([
        "connection_command", "connection_list", "connection_commands", "connection_tags", "must_use_connection",
        "exclusive",
    ])
}
