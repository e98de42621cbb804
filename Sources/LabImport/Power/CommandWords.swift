/// A command line as words, as Python's `shlex.split` cuts it: LAVA runs its commands that way, without a shell.
enum CommandWords {
    /// Nil where a quote does not end.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("\\", "\"") where rest.first == "\"" || rest.first == "\\":
                word = (word ?? "") + String(rest.removeFirst())
            case ("\\", nil):
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            case (quote, _) where quote != nil: quote = nil
            case ("'", nil), ("\"", nil):
                quote = character
                word = word ?? ""
            case (_, nil) where character.isWhitespace:
                if let ended = word { words.append(ended) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        if let ended = word { words.append(ended) }
        return words
    }

    /// The words as one text that a POSIX shell cuts into them again.
    static func quoted(_ words: [String]) -> String {
        words.map { word in
            let isSafe = !word.isEmpty && word.utf8.allSatisfy { safe.contains($0) }
            return isSafe ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }

    private static let safe = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_".utf8)

    /// The program's name without its folder.
    static func program(_ words: [String]) -> String {
        words.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    }
}

/// Options of a command line: `--name value`, `--name=value`, `-n value`, and what is no option.
struct CommandOptions {
    private(set) var values: [String: String] = [:]
    private(set) var flags: Set<String> = []
    private(set) var others: [String] = []

    /// - Parameter takingValues: which options have a value behind them.
    init(_ words: some Sequence<String>, takingValues: Set<String>) {
        var pending: String?
        for word in words {
            if let name = pending {
                values[name] = word
                pending = nil
            } else if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                values[String(word[..<equals])] = String(word[word.index(after: equals)...])
            } else if takingValues.contains(word) {
                pending = word
            } else if word.hasPrefix("-"), !word.hasPrefix("--"), word.count > 2,
                takingValues.contains(String(word.prefix(2)))
            {
                values[String(word.prefix(2))] = String(word.dropFirst(2))
            } else if word.hasPrefix("-"), word != "-" {
                flags.insert(word)
            } else {
                others.append(word)
            }
        }
        if let pending { flags.insert(pending) }
    }

    func value(_ names: String...) -> String? { names.lazy.compactMap { values[$0] }.first }
}
