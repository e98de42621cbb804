/// Writes a tree as YAML text again, in block form.
struct YAMLWriter {
    private var text = ""

    /// The text of `node`, ending in a newline.
    static func text(of node: YAMLNode) -> String {
        var writer = YAMLWriter()
        writer.write(node, indent: 0, afterKey: false)
        return writer.text
    }

    private mutating func write(_ node: YAMLNode, indent: Int, afterKey: Bool) {
        let margin = String(repeating: " ", count: indent)
        switch node.content {
        case .scalar(let scalar):
            text += (afterKey ? " " : margin) + rendered(scalar) + "\n"
        case .sequence(let elements) where elements.isEmpty:
            text += (afterKey ? " " : margin) + "[]\n"
        case .mapping(let entries) where entries.isEmpty:
            text += (afterKey ? " " : margin) + "{}\n"
        case .sequence(let elements):
            if afterKey { text += "\n" }
            for element in elements {
                text += margin + "-"
                write(element, indent: indent + 2, afterKey: true)
            }
        case .mapping(let entries):
            if afterKey { text += "\n" }
            for entry in entries {
                text += margin + quoted(entry.key) + ":"
                write(entry.value, indent: indent + 2, afterKey: true)
            }
        }
    }

    private func rendered(_ scalar: YAMLScalar) -> String {
        // A plain scalar was read as one, so it can be written as one, unless it was folded over lines
        // or stood where `#` or `: ` meant something else.
        let isSafe = scalar.style == .plain && !scalar.text.contains { $0.isNewline }
        return isSafe ? scalar.text : quoted(scalar.text)
    }

    private func quoted(_ text: String) -> String {
        let isWord = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "_-".contains(Character($0)))
        }
        if isWord, !text.isEmpty, text.first != "-", !impliedForms.contains(text.lowercased()) { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _
            where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || scalar.value == 0xfeff
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private let impliedForms: Set<String> = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"]
}
