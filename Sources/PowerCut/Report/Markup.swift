/// Text as it may stand in HTML, SVG and XML.
enum Markup {
    /// Escapes what has a meaning there, and replaces what may not stand there at all.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            default:
                let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                result.unicodeScalars.append(
                    isControl || [0xfffe, 0xffff].contains(scalar.value) ? "\u{fffd}" : scalar)
            }
        }
        return result
    }
}
