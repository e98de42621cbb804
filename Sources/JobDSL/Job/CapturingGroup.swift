/// Whether a regular expression in PCRE syntax has a group that captures, with a name or without.
///
/// Reads escapes, `\Q` and character classes, not more: an expression that is not valid is told to its writer elsewhere.
func hasCapturingGroup(_ expression: String) -> Bool {
    var rest = Substring(expression)
    var isInClass = false
    while let character = rest.popFirst() {
        switch character {
        case "\\":
            if rest.first == "Q" {
                rest = rest.firstRange(of: "\\E").map { rest[$0.upperBound...] } ?? ""
            } else {
                rest = rest.dropFirst()
            }
        case "[" where !isInClass:
            isInClass = true
            // A bracket that comes first closes nothing.
            if rest.first == "^" { rest = rest.dropFirst() }
            if rest.first == "]" { rest = rest.dropFirst() }
        case "]": isInClass = false
        case "(" where !isInClass:
            if captures(rest) { return true }
        default: break
        }
    }
    return false
}

/// Whether a group captures, from what follows its parenthesis.
private func captures(_ rest: Substring) -> Bool {
    if rest.hasPrefix("*") { return false }
    guard rest.hasPrefix("?") else { return true }
    let kind = rest.dropFirst()
    if kind.hasPrefix("<") { return !kind.hasPrefix("<=") && !kind.hasPrefix("<!") && !kind.hasPrefix("<*") }
    return kind.hasPrefix("P<") || kind.hasPrefix("'")
}
