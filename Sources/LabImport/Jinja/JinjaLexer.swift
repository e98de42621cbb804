/// Cuts a Jinja template into its parts, and the parts into tokens.
///
/// Written from Jinja's documentation of its template syntax: `{% %}` statements, `{{ }}` output, `{# #}` comments, and
/// `-` or `+` inside the marks for white space.
struct JinjaLexer {
    enum Part {
        case text(offset: Int, isBlank: Bool)
        case statement([JinjaToken])
        case output(offset: Int)
    }

    /// What a file may have: a dictionary has dozens of tokens, the longest of LAVA's templates some thousands.
    static let mostTokens = 100_000

    private let bytes: [UInt8]
    private var place = 0
    private var tokenCount = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next part; nil at the end.
    ///
    /// - Throws: what no Jinja reader would take.
    mutating func next() throws(JinjaMistake) -> Part? {
        guard place < bytes.count else { return nil }
        let start = place
        while place < bytes.count, !isMark() { place += 1 }
        if place > start {
            return .text(offset: start, isBlank: bytes[start..<place].allSatisfy { JinjaLexer.isSpace($0) })
        }
        let kind = bytes[place + 1]
        place += 2
        if kind == UInt8(ascii: "#") {
            try skipComment(from: start)
            return try next()
        }
        if place < bytes.count, [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[place]) { place += 1 }
        let tokens = try tokens(until: kind == UInt8(ascii: "%") ? "%}" : "}}", from: start)
        return kind == UInt8(ascii: "%") ? .statement(tokens) : .output(offset: start)
    }

    /// Whether a mark begins here.
    private func isMark() -> Bool {
        guard bytes[place] == UInt8(ascii: "{"), place + 1 < bytes.count else { return false }
        return [UInt8(ascii: "%"), UInt8(ascii: "{"), UInt8(ascii: "#")].contains(bytes[place + 1])
    }

    private mutating func skipComment(from start: Int) throws(JinjaMistake) {
        while place + 1 < bytes.count {
            if bytes[place] == UInt8(ascii: "#"), bytes[place + 1] == UInt8(ascii: "}") {
                place += 2
                return
            }
            place += 1
        }
        throw JinjaMistake(start, "a comment begins here and does not end", "close it with `#}`")
    }

    private mutating func tokens(until end: String, from start: Int) throws(JinjaMistake) -> [JinjaToken] {
        let end = Array(end.utf8)
        var tokens: [JinjaToken] = []
        var depth = 0
        while true {
            while place < bytes.count, JinjaLexer.isSpace(bytes[place]) { place += 1 }
            guard place < bytes.count else {
                let mark = String(decoding: end, as: UTF8.self)
                throw JinjaMistake(start, "what begins here does not end", "close it with `\(mark)`")
            }
            if depth == 0, let length = endLength(end) {
                place += length
                return tokens
            }
            tokenCount += 1
            guard tokenCount <= Self.mostTokens else {
                throw JinjaMistake(place, "the file has more than \(Self.mostTokens) words and signs")
            }
            let token = try token()
            switch token.kind {
            case .sign("("), .sign("["), .sign("{"): depth += 1
            case .sign(")"), .sign("]"), .sign("}"): depth -= 1
            default: break
            }
            guard depth >= 0 else { throw JinjaMistake(token.offset, "a bracket is closed that was not opened") }
            guard depth <= JinjaParser.deepest else {
                throw JinjaMistake(
                    token.offset, "brackets stand inside each other more than \(JinjaParser.deepest) deep")
            }
            tokens.append(token)
        }
    }

    /// How long the closing mark here is, with its sign for white space; nil when there is none.
    private func endLength(_ end: [UInt8]) -> Int? {
        if bytes[place...].starts(with: end) { return end.count }
        let isSign = [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[place])
        return isSign && bytes[(place + 1)...].starts(with: end) ? end.count + 1 : nil
    }

    private mutating func token() throws(JinjaMistake) -> JinjaToken {
        let start = place
        let byte = bytes[place]
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            return JinjaToken(.text(try string()), start)
        }
        if JinjaLexer.isLetter(byte) || byte >= 0x80 {
            while place < bytes.count, JinjaLexer.isLetter(bytes[place]) || isDigit(place) || bytes[place] >= 0x80 {
                place += 1
            }
            return JinjaToken(.name(String(decoding: bytes[start..<place], as: UTF8.self)), start)
        }
        if isDigit(place) { return JinjaToken(number(), start) }
        for sign in ["//", "**", "==", "!=", ">=", "<="] where bytes[place...].starts(with: sign.utf8) {
            place += 2
            return JinjaToken(.sign(sign), start)
        }
        guard "+-/*%~[](){}><=.:|,;".utf8.contains(byte) else {
            throw JinjaMistake(start, "this sign has no meaning here")
        }
        place += 1
        return JinjaToken(.sign(String(decoding: [byte], as: UTF8.self)), start)
    }

    private func isDigit(_ place: Int) -> Bool {
        place < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place])
    }

    /// A number as it is written; which, the parser decides.
    private mutating func number() -> JinjaToken.Kind {
        let start = place
        while place < bytes.count, JinjaLexer.isLetter(bytes[place]) || isDigit(place) { place += 1 }
        if place < bytes.count, bytes[place] == UInt8(ascii: "."), isDigit(place + 1) {
            place += 1
            while place < bytes.count, JinjaLexer.isLetter(bytes[place]) || isDigit(place) { place += 1 }
        }
        // The sign of an exponent: 1e-3.
        if place < bytes.count, let last = bytes[start..<place].last, [0x45, 0x65].contains(last), isDigit(place + 1),
            [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[place])
        {
            place += 1
            while isDigit(place) { place += 1 }
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func string() throws(JinjaMistake) -> String {
        let start = place
        let quote = bytes[place]
        place += 1
        let first = place
        while place < bytes.count, bytes[place] != quote { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        guard place < bytes.count else {
            throw JinjaMistake(start, "a text begins here and does not end", "close it with the quote that opens it")
        }
        let raw = bytes[first..<place]
        place += 1
        return try JinjaEscapes.unescaped(raw, at: start)
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// A word or a sign of a template, with the byte it begins at.
struct JinjaToken: Hashable {
    enum Kind: Hashable {
        case name(String), text(String), number(String), sign(String)
    }

    var kind: Kind
    var offset: Int

    init(_ kind: Kind, _ offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

/// Something in a template that no Jinja reader would take, or that goes beyond our limits.
struct JinjaMistake: Error, Hashable {
    /// Bytes from the start of the file.
    var offset: Int
    var message: String
    var suggestion: String?

    init(_ offset: Int, _ message: String, _ suggestion: String? = nil) {
        self.offset = offset
        self.message = message
        self.suggestion = suggestion
    }
}
