/// A line of the small shell, taken apart: commands, each with the condition it runs under.
struct SimCommandList: Hashable {
    enum Condition: Hashable {
        case always, ifSucceeded, ifFailed
    }

    enum Part: Hashable {
        case text(String)
        case variable(String)
    }

    struct Word: Hashable {
        var parts: [Part] = []
    }

    struct Command: Hashable {
        var condition: Condition
        var words: [Word] = []
    }

    private(set) var commands: [Command] = []

    private var word: Word?
    private var command = Command(condition: .always)

    /// Nil when a quote is not closed or a command is missing.
    init?(_ line: String) {
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case " ", "\t": endWord()
            case "#" where word == nil: rest = ""
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                append(.text(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard takeQuoted(&rest) else { return nil }
            case "\\": if let next = rest.popFirst() { append(.text(String(next))) }
            case "$": takeVariable(&rest)
            case ";": endCommand(next: .always)
            case "&" where rest.first == "&", "|" where rest.first == "|":
                rest.removeFirst()
                guard !command.words.isEmpty || word != nil else { return nil }
                endCommand(next: character == "&" ? .ifSucceeded : .ifFailed)
            default: append(.text(String(character)))
            }
        }
        endCommand(next: .always)
    }

    private mutating func takeQuoted(_ rest: inout Substring) -> Bool {
        append(.text(""))
        while let character = rest.popFirst() {
            switch character {
            case "\"": return true
            case "\\":
                guard let next = rest.popFirst() else { return false }
                append(.text("\"\\$`".contains(next) ? String(next) : "\\\(next)"))
            case "$": takeVariable(&rest)
            default: append(.text(String(character)))
            }
        }
        return false
    }

    private mutating func takeVariable(_ rest: inout Substring) {
        if rest.first == "?" {
            rest.removeFirst()
            return append(.variable("?"))
        }
        let isBraced = rest.first == "{"
        if isBraced { rest.removeFirst() }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        if isBraced, rest.first == "}" { rest.removeFirst() }
        append(name.isEmpty ? .text("$") : .variable(String(name)))
    }

    private mutating func append(_ part: Part) {
        var word = self.word ?? Word()
        if case .text(let text) = part, case .text(let before)? = word.parts.last {
            word.parts[word.parts.count - 1] = .text(before + text)
        } else {
            word.parts.append(part)
        }
        self.word = word
    }

    private mutating func endWord() {
        if let word { command.words.append(word) }
        word = nil
    }

    private mutating func endCommand(next: Condition) {
        endWord()
        if !command.words.isEmpty { commands.append(command) }
        command = Command(condition: next)
    }
}
