/// Rewrites what an expression says about carriage returns: the matcher never sees those of a line end.
///
/// `\r\n`, `\r?\n`, `\r*\n` and `\r+\n` become `\n`, `\r$` becomes `$`, and a final `\r` matches a line end too.
func withoutCarriageReturns(_ expression: String) -> String {
    var result = ""
    var rest = Substring(expression)
    while !rest.isEmpty {
        if rest.hasPrefix("\\r") {
            let after = rest.dropFirst(2)
            let plain = after.first.map { "?*+".contains($0) } ?? false ? after.dropFirst() : after
            if after.isEmpty {
                return result + "(?:\\r|$)"
            } else if plain.hasPrefix("\\n") || plain == "$" {
                rest = plain
            } else {
                result += "\\r"
                rest = after
            }
        } else if rest.hasPrefix("\\") {
            result += rest.prefix(2)
            rest = rest.dropFirst(2)
        } else {
            // A carriage return with its line feed is one character in Swift.
            let next = rest.removeFirst()
            result.append(next == "\r\n" ? "\n" : next)
        }
    }
    return result
}
