import LabModel

/// What a dictionary means, read exactly or by Jinja.
struct LavaValues {
    /// What the dictionary itself sets.
    var own: [String: DataValue]
    /// The same with what the lab's own types make of it.
    var all: [String: DataValue]
    /// The template that it extends.
    var parent: String
    /// Names that other values of the dictionary, or of the lab's own types, are made of.
    var used: Set<String>
    var findings: [ImportReport.Finding] = []
}

/// Reads dictionaries with the lab's own types behind them.
struct LavaReader {
    /// The outcome of reading a file ourselves.
    enum Reading {
        case exact(LavaValues)
        /// Only Jinja can tell, for these reasons.
        case beyond(reasons: [String])
        /// Nothing can be made of it.
        case wrong(Diagnostic)
    }

    let types: [String: SourceText]
    private static let longestChain = 16

    init(_ lab: LavaLab) {
        types = Dictionary(lab.deviceTypes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func read(_ source: SourceText) -> Reading {
        var scope = JinjaScope()
        var own: [String: DataValue] = [:]
        var used: Set<String> = []
        var parent: String?
        var next: SourceText? = source
        var seen: Set<String> = []
        while let file = next {
            let template: JinjaTemplate
            do {
                template = try JinjaTemplate(file)
            } catch {
                return .beyond(reasons: [error.description])
            }
            if let reasons = Self.reasons(template, in: source) { return .beyond(reasons: reasons) }
            var following: String?
            do throws(JinjaMistake) {
                following = try Self.run(template, &scope)
            } catch {
                return .beyond(reasons: [file.diagnostic(at: error.offset, error.message).description])
            }
            used.formUnion(template.names)
            if file == source {
                guard let following else { return .wrong(Self.noParent(source)) }
                own = scope.values
                parent = following
            }
            if let following, let mistake = Self.wrong(following, in: template) { return .wrong(mistake) }
            next = following.flatMap { types[$0] }
            if let next, !seen.insert(next.name).inserted || seen.count > Self.longestChain {
                return .wrong(Self.cycle(next, in: template))
            }
        }
        return .exact(LavaValues(own: own, all: scope.values, parent: parent ?? "", used: used))
    }

    /// What in a template is beyond our reader, in words; nil when nothing is.
    ///
    /// - Parameter file: the file that the report is about, which need not be named.
    static func reasons(_ template: JinjaTemplate, in file: SourceText) -> [String]? {
        guard !template.beyond.isEmpty else { return nil }
        let place = template.source == file ? "" : " of \(template.source.path)"
        let all = template.beyond.map { "\($0.what) in line \(template.source.position($0.offset).line)\(place)" }
        return Array(all.prefix(4)) + (all.count > 4 ? ["and \(all.count - 4) more"] : [])
    }

    /// Runs a template's statements.
    ///
    /// - Returns: the name of its parent, without the ending.
    static func run(_ template: JinjaTemplate, _ scope: inout JinjaScope) throws(JinjaMistake) -> String? {
        var parent: String?
        for statement in template.statements {
            switch statement {
            case .set(let name, let expression, _): try scope.set(name, expression)
            case .extends(let expression, let offset):
                guard let text = try scope.text(expression) else {
                    throw JinjaMistake(offset, "`extends` needs the name of a template")
                }
                parent = text.hasSuffix(".jinja2") ? String(text.dropLast(7)) : text
            }
        }
        return parent
    }

    static func noParent(_ source: SourceText) -> Diagnostic {
        source.diagnostic(
            at: 0, "the dictionary extends no device type", suggestion: "write `{% extends 'TYPE.jinja2' %}` in it")
    }

    /// LAVA keeps its templates in flat folders: a name with a folder in it leads somewhere else.
    static func wrong(_ parent: String, in template: JinjaTemplate) -> Diagnostic? {
        let isName =
            (1...120).contains(parent.utf8.count) && !parent.hasPrefix(".")
            && parent.utf8.allSatisfy {
                JinjaLexer.isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0)
            }
        return isName
            ? nil
            : template.source.diagnostic(
                at: template.extendsOffset, "`\(PlainYAML.oneLine(parent).prefix(80))` is no name of a template",
                suggestion: "name one that lies beside the others, without folders")
    }

    static func cycle(_ next: SourceText, in template: JinjaTemplate) -> Diagnostic {
        template.source.diagnostic(
            at: template.extendsOffset, "the templates extend each other in a circle, by way of `\(next.name)`")
    }
}

extension JinjaTemplate {
    /// Where its parent is named.
    var extendsOffset: Int {
        statements.lazy.compactMap { if case .extends(_, let offset) = $0 { offset } else { nil } }.first ?? 0
    }

    /// Names that its values are made of.
    var names: Set<String> {
        statements.reduce(into: []) { names, statement in
            switch statement {
            case .set(let name, let expression, _):
                // `x|default(…)` given to x itself is no use of it.
                if case .fallback(.name(name, _), let other, _) = expression {
                    names.formUnion(other.names)
                } else {
                    names.formUnion(expression.names)
                }
            case .extends(let expression, _): names.formUnion(expression.names)
            }
        }
    }

    /// The parent that is named by a literal; nil without one.
    var literalParent: String? {
        for case .extends(.literal(.string(let name)), _) in statements {
            return name.hasSuffix(".jinja2") ? String(name.dropLast(7)) : name
        }
        return nil
    }
}
