import LabModel

/// Splits text into words as a shell does: blanks separate, quotes and backslashes join. Nothing is expanded.
enum ShellWords {
    /// - Throws: `job` when a quote is not closed.
    static func split(_ text: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\" && quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else {
            throw Failure(.job, "a quote is not closed in the emulator arguments `\(text.prefix(120))`")
        }
        if let word { words.append(word) }
        return words
    }
}
