import LabModel

/// Reads one statement's expression: literals, lists, mappings, names, `+`, `~` and `default`.
struct JinjaParser {
    /// Brackets inside each other.
    static let deepest = 64
    /// `+`, `~`, `-` and filters of one value: each is a level of its tree.
    static let mostOperators = 500

    enum Stop: Error {
        case mistake(JinjaMistake)
        case beyond(JinjaBeyond)
    }

    private let tokens: [JinjaToken]
    private var place: Int
    private let end: Int
    private var operators = 0

    /// - Parameter end: the byte behind the statement's last, for what is missing there.
    init(_ tokens: [JinjaToken], from place: Int, end: Int) {
        self.tokens = tokens
        self.place = place
        self.end = end
    }

    /// The one expression that all tokens make.
    static func expression(_ tokens: [JinjaToken], from place: Int) throws(Stop) -> JinjaExpression {
        var parser = JinjaParser(tokens, from: place, end: tokens.last?.offset ?? 0)
        let expression = try parser.sum()
        if let rest = parser.peek() { throw parser.unexpected(rest) }
        return expression
    }

    private func peek() -> JinjaToken? { place < tokens.count ? tokens[place] : nil }

    private mutating func take(_ sign: String) -> Int? {
        guard let token = peek(), token.kind == .sign(sign) else { return nil }
        place += 1
        return token.offset
    }

    /// The same for a sign of which there may be long chains.
    private mutating func takeOperator(_ sign: String) throws(Stop) -> Int? {
        guard let offset = take(sign) else { return nil }
        operators += 1
        guard operators <= Self.mostOperators else {
            throw .mistake(JinjaMistake(offset, "a value is made of more than \(Self.mostOperators) parts"))
        }
        return offset
    }

    private mutating func sum() throws(Stop) -> JinjaExpression {
        var left = try joined()
        while let offset = try takeOperator("+") { left = .sum(left, try joined(), offset: offset) }
        return left
    }

    private mutating func joined() throws(Stop) -> JinjaExpression {
        var left = try unary()
        while let offset = try takeOperator("~") { left = .joined(left, try unary(), offset: offset) }
        return left
    }

    private mutating func unary() throws(Stop) -> JinjaExpression {
        if let offset = try takeOperator("-") { return .negative(try unary(), offset: offset) }
        var value = try primary()
        while let offset = try takeOperator("|") { value = try filtered(value, at: offset) }
        return value
    }

    private mutating func filtered(_ value: JinjaExpression, at offset: Int) throws(Stop) -> JinjaExpression {
        guard let token = peek(), case .name(let name) = token.kind else {
            throw .mistake(JinjaMistake(offset, "`|` needs the name of a filter behind it"))
        }
        place += 1
        guard ["default", "d"].contains(name) else {
            throw .beyond(JinjaBeyond(offset: token.offset, what: "the filter `\(name.prefix(40))`"))
        }
        guard take("(") != nil else { return .fallback(value, .literal(""), isForFalse: false) }
        if take(")") != nil { return .fallback(value, .literal(""), isForFalse: false) }
        let other = try sum()
        var isForFalse = false
        if take(",") != nil {
            if let token = peek(), token.kind == .name("boolean") {
                place += 1
                guard take("=") != nil else { throw unexpected(peek()) }
            }
            guard case .literal(.bool(let value)) = try sum() else {
                throw .beyond(JinjaBeyond(offset: offset, what: "the second argument of `default`"))
            }
            isForFalse = value
        }
        guard take(")") != nil else { throw unexpected(peek()) }
        return .fallback(value, other, isForFalse: isForFalse)
    }

    private mutating func primary() throws(Stop) -> JinjaExpression {
        guard let token = peek() else { throw unexpected(nil) }
        place += 1
        switch token.kind {
        case .text(var text):
            // Texts beside each other are one.
            while let next = peek(), case .text(let more) = next.kind {
                text += more
                place += 1
            }
            return try checkedTail(.literal(.string(text)))
        case .number(let text): return try checkedTail(.literal(try number(text, at: token.offset)))
        case .name(let name): return try checkedTail(try named(name, at: token.offset))
        case .sign("["): return try checkedTail(.list(try elements(until: "]", from: token.offset)))
        case .sign("("):
            let isEmpty = take(")") != nil
            if isEmpty { return .list([]) }
            let first = try sum()
            if take(")") != nil { return try checkedTail(first) }
            guard take(",") != nil else { throw unexpected(peek()) }
            return .list([first] + (try elements(until: ")", from: token.offset)))
        case .sign("{"): return try checkedTail(.map(try pairs(from: token.offset)))
        case .sign: throw unexpected(token)
        }
    }

    /// What may follow a value and needs more than our reader: attributes, calls, arithmetic, comparisons, conditions.
    private func checkedTail(_ value: JinjaExpression) throws(Stop) -> JinjaExpression {
        guard let token = peek() else { return value }
        switch token.kind {
        case .sign("."), .sign("["), .sign("("):
            throw .beyond(JinjaBeyond(offset: token.offset, what: "an attribute, an index or a call"))
        case .sign("-"), .sign("*"), .sign("/"), .sign("//"), .sign("%"), .sign("**"):
            throw .beyond(JinjaBeyond(offset: token.offset, what: "arithmetic"))
        case .sign("=="), .sign("!="), .sign("<"), .sign(">"), .sign("<="), .sign(">="):
            throw .beyond(JinjaBeyond(offset: token.offset, what: "a comparison"))
        case .name(let word) where ["if", "else", "and", "or", "not", "in", "is"].contains(word):
            throw .beyond(JinjaBeyond(offset: token.offset, what: "`\(word)` inside a value"))
        default: return value
        }
    }

    private func named(_ name: String, at offset: Int) throws(Stop) -> JinjaExpression {
        switch name {
        case "true", "True": return .literal(.bool(true))
        case "false", "False": return .literal(.bool(false))
        case "none", "None": return .literal(.null)
        case "not": throw .beyond(JinjaBeyond(offset: offset, what: "`not` inside a value"))
        default: return .name(name, offset: offset)
        }
    }

    private func number(_ text: String, at offset: Int) throws(Stop) -> DataValue {
        let digits = text.replacing("_", with: "")
        let forms: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        if let form = forms.first(where: { digits.lowercased().hasPrefix($0.prefix) }) {
            if let value = Int64(digits.dropFirst(2), radix: form.radix) { return .integer(value) }
        } else if let value = Int64(digits) {
            return .integer(value)
        } else if digits.utf8.contains(where: { [0x2e, 0x45, 0x65].contains($0) }), let value = Double(digits),
            value.isFinite
        {
            return .double(value)
        } else if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw .beyond(JinjaBeyond(offset: offset, what: "a number of more than 63 bits"))
        }
        throw .mistake(JinjaMistake(offset, "`\(text.prefix(40))` is not a number", "put it in quotes"))
    }

    private mutating func elements(until end: String, from offset: Int) throws(Stop) -> [JinjaExpression] {
        var elements: [JinjaExpression] = []
        while true {
            if take(end) != nil { return elements }
            elements.append(try sum())
            if take(end) != nil { return elements }
            guard take(",") != nil else { throw unexpected(peek()) }
        }
    }

    private mutating func pairs(from offset: Int) throws(Stop) -> [JinjaPair] {
        var pairs: [JinjaPair] = []
        while true {
            if take("}") != nil { return pairs }
            let place = peek()?.offset ?? offset
            guard case .literal(.string(let key)) = try sum() else {
                throw .beyond(JinjaBeyond(offset: place, what: "a key that is not a text"))
            }
            guard take(":") != nil else { throw unexpected(peek()) }
            pairs.append(JinjaPair(key: key, value: try sum()))
            if take("}") != nil { return pairs }
            guard take(",") != nil else { throw unexpected(peek()) }
        }
    }

    private func unexpected(_ token: JinjaToken?) -> Stop {
        guard let token else { return .mistake(JinjaMistake(end, "something is missing at the end of this statement")) }
        let shown =
            switch token.kind {
            case .name(let text), .number(let text), .sign(let text): "`\(text.prefix(40))`"
            case .text(let text): "the text '\(text.prefix(40))'"
            }
        return .mistake(JinjaMistake(token.offset, "\(shown) does not belong here"))
    }
}
