import LabModel

/// Makes of a job's `phases` expression one that matches the mark of a single phase.
enum PhasePattern {
    /// The expression with its first capturing group replaced by `phase`, word for word. Without a group the phase is
    /// the whole mark.
    static func naming(_ phase: String, in phases: String) -> ConsolePattern {
        guard let group = firstGroup(of: phases) else { return .literal(phase) }
        let literal = ConsolePattern.literal(phase).expression
        return ConsolePattern(phases[..<group.lowerBound] + "(?:" + literal + ")" + phases[group.upperBound...])
    }

    /// The first group that captures, with its parentheses; nil without one. Reads escapes, `\Q` and classes.
    private static func firstGroup(of expression: String) -> Range<String.Index>? {
        var place = expression.startIndex
        var open: String.Index?
        var depth = 0
        var isInClass = false
        while place < expression.endIndex {
            let character = expression[place]
            let next = expression.index(after: place)
            switch character {
            case "\\":
                place = escapeEnd(in: expression, at: next)
                continue
            case "[" where !isInClass:
                isInClass = true
                place = classStart(in: expression, at: next)
                continue
            case "]": isInClass = false
            case "(" where !isInClass:
                if open == nil, captures(expression[next...]) {
                    open = place
                    depth = 0
                } else if open != nil {
                    depth += 1
                }
            case ")" where !isInClass:
                if let begin = open {
                    if depth == 0 { return begin..<next }
                    depth -= 1
                }
            default: break
            }
            place = next
        }
        return nil
    }

    private static func escapeEnd(in text: String, at place: String.Index) -> String.Index {
        guard place < text.endIndex else { return place }
        guard text[place] == "Q" else { return text.index(after: place) }
        return text[place...].firstRange(of: "\\E")?.upperBound ?? text.endIndex
    }

    /// A bracket that comes first in a class closes nothing.
    private static func classStart(in text: String, at place: String.Index) -> String.Index {
        var place = place
        if place < text.endIndex, text[place] == "^" { place = text.index(after: place) }
        if place < text.endIndex, text[place] == "]" { place = text.index(after: place) }
        return place
    }

    /// Whether a group captures, from what follows its parenthesis.
    private static func captures(_ rest: Substring) -> Bool {
        if rest.hasPrefix("*") { return false }
        guard rest.hasPrefix("?") else { return true }
        let kind = rest.dropFirst()
        if kind.hasPrefix("<") { return !kind.hasPrefix("<=") && !kind.hasPrefix("<!") && !kind.hasPrefix("<*") }
        return kind.hasPrefix("P<") || kind.hasPrefix("'")
    }
}
