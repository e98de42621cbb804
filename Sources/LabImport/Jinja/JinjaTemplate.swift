import LabModel

/// A template as our own reader sees it: what it extends, what it sets, and what goes beyond the reader.
struct JinjaTemplate {
    enum Statement: Hashable {
        case set(String, JinjaExpression, offset: Int)
        case extends(JinjaExpression, offset: Int)
    }

    let source: SourceText
    private(set) var statements: [Statement] = []
    /// What only Jinja itself can evaluate, in the order of the file. Empty: the file is read exactly.
    /// Each thing once, and not endlessly many.
    private(set) var beyond: [JinjaBeyond] = []
    /// What is printed before `extends`, or outside of everything in a file without it.
    private(set) var printed: Int?
    private(set) var hasParent = false
    /// Inside of macros nothing is printed.
    private var openMacros = 0

    /// - Throws: a diagnostic with line and column for what no Jinja reader would take.
    init(_ source: SourceText) throws(Diagnostic) {
        self.source = source
        let bytes = Array(source.text.utf8)
        do {
            var lexer = JinjaLexer(bytes)
            while let part = try lexer.next(), try read(part) {}
        } catch {
            throw source.diagnostic(at: error.offset, error.message, suggestion: error.suggestion)
        }
    }

    /// - Returns: whether what follows can be read.
    private mutating func read(_ part: JinjaLexer.Part) throws(JinjaMistake) -> Bool {
        switch part {
        case .text(let offset, let isBlank):
            if !isBlank, prints { printed = offset }
        case .output(let offset):
            // Behind `extends` nothing at the top is printed.
            if prints { printed = offset }
        case .statement(let tokens):
            do {
                return try read(tokens)
            } catch {
                switch error {
                case .mistake(let mistake): throw mistake
                case .beyond(let beyond): add(beyond)
                }
            }
        }
        return true
    }

    private mutating func add(_ found: JinjaBeyond) {
        if beyond.count < 20, !beyond.contains(where: { $0.what == found.what }) { beyond.append(found) }
    }

    private var prints: Bool { !hasParent && printed == nil && openMacros == 0 }

    private mutating func read(_ tokens: [JinjaToken]) throws(JinjaParser.Stop) -> Bool {
        guard let first = tokens.first else { return true }
        guard case .name(let keyword) = first.kind else {
            throw .mistake(JinjaMistake(first.offset, "a statement begins with a word such as `set`"))
        }
        switch keyword {
        case "extends":
            let parent = try JinjaParser.expression(tokens, from: 1)
            guard !hasParent else { throw .mistake(JinjaMistake(first.offset, "the file extends two templates")) }
            hasParent = true
            statements.append(.extends(parent, offset: tokens.count > 1 ? tokens[1].offset : first.offset))
        case "set":
            guard tokens.count > 1, case .name(let name) = tokens[1].kind else {
                throw .mistake(JinjaMistake(first.offset, "`set` needs a name behind it"))
            }
            guard tokens.count > 2, tokens[2].kind == .sign("=") else {
                let what = tokens.count == 2 ? "a block of text as a value" : "`set` of several names"
                throw .beyond(JinjaBeyond(offset: first.offset, what: what))
            }
            statements.append(.set(name, try JinjaParser.expression(tokens, from: 3), offset: tokens[1].offset))
        case "raw":
            // What is inside is no template, and only Jinja knows where it ends.
            add(JinjaBeyond(offset: first.offset, what: "`raw`"))
            return false
        default:
            if keyword == "macro" { openMacros += 1 }
            if keyword == "endmacro" { openMacros -= 1 }
            guard !keyword.hasPrefix("end"), !["else", "elif"].contains(keyword) else { return true }
            throw .beyond(JinjaBeyond(offset: first.offset, what: "`\(keyword.prefix(40))`"))
        }
        return true
    }
}
