import LabModel

/// A device type of the lab's own, as our reader sees it.
enum LavaTypeReading {
    /// It only extends and sets.
    case exact(JinjaTemplate)
    case beyond(reasons: [String], parent: String?)
    case wrong(Diagnostic)
    /// No type: only what other templates import.
    case macros

    init(_ source: SourceText) {
        do {
            let template = try JinjaTemplate(source)
            if !template.hasParent, !template.beyond.isEmpty, template.printed == nil, template.statements.isEmpty,
                template.beyond.allSatisfy({ $0.what == "`macro`" })
            {
                self = .macros
            } else if let reasons = LavaReader.reasons(template, in: source) {
                self = .beyond(reasons: reasons, parent: template.literalParent)
            } else if let parent = template.literalParent {
                self = LavaReader.wrong(parent, in: template).map { .wrong($0) } ?? .exact(template)
            } else {
                let why = template.hasParent ? "its parent is computed" : "it extends nothing"
                self = .beyond(reasons: [why], parent: nil)
            }
        } catch {
            self = .beyond(reasons: [error.description], parent: nil)
        }
    }

    var parent: String? {
        switch self {
        case .exact(let template): template.literalParent
        case .beyond(_, let parent): parent
        case .wrong, .macros: nil
        }
    }
}
