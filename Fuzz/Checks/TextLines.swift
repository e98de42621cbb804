import LabModel

/// How many lines a text has, and how long each is, to hold positions against.
struct TextLines {
    private let lengths: [Int]

    init(_ text: String) {
        // YAML 1.1 section 4.2: CR LF, CR, LF, NEL, LS and PS end a line.
        var lengths = [0]
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lengths.append(0)
            default: lengths[lengths.count - 1] += 1
            }
            previous = scalar
        }
        self.lengths = lengths
    }

    /// - Throws: when `position` is not in the text, or just behind its end.
    func hold(_ position: SourcePosition) throws(BrokenInvariant) {
        try require(
            (1...(lengths.count + 1)).contains(position.line), "\(position) in a text of \(lengths.count) lines")
        let length = position.line <= lengths.count ? lengths[position.line - 1] : 0
        try require((1...(length + 1)).contains(position.column), "\(position) in a line of \(length) scalars")
    }

    /// - Throws: when `diagnostic` points outside the text or is longer than a reader wants it.
    func hold(_ diagnostic: Diagnostic) throws(BrokenInvariant) {
        try hold(diagnostic.position)
        try require(!diagnostic.message.isEmpty, "a diagnostic without a message")
        try require(diagnostic.description.count < 2000, "a diagnostic of \(diagnostic.description.count) characters")
        try require((diagnostic.excerpt?.count ?? 0) <= 120, "an excerpt of more than 120 characters")
    }
}
