import JobDSL

/// Writes a tree as text that every YAML reader takes the same way. What was plain stays plain where that matters:
/// a number, a date or a boolean keeps its type.
struct YAMLEmitter {
    private var text = ""

    static func text(of node: YAMLNode) -> String {
        var emitter = YAMLEmitter()
        emitter.emit(node, margin: "", opens: false)
        return emitter.text
    }

    private mutating func emit(_ node: YAMLNode, margin: String, opens: Bool) {
        switch node.content {
        case .scalar(let scalar): text += (opens ? " " : margin) + rendered(scalar) + "\n"
        case .sequence(let elements) where elements.isEmpty: text += (opens ? " " : margin) + "[]\n"
        case .mapping(let entries) where entries.isEmpty: text += (opens ? " " : margin) + "{}\n"
        case .sequence(let elements):
            if opens { text += "\n" }
            for element in elements {
                text += margin + "-"
                emit(element, margin: margin + "  ", opens: true)
            }
        case .mapping(let entries):
            if opens { text += "\n" }
            for entry in entries {
                text += margin + rendered(YAMLScalar(entry.key, style: entry.keyStyle)) + ":"
                emit(entry.value, margin: margin + "  ", opens: true)
            }
        }
    }

    private func rendered(_ scalar: YAMLScalar) -> String {
        guard scalar.style == .plain, !scalar.text.isEmpty else {
            return scalar.style == .plain ? "~" : quoted(scalar.text)
        }
        let isPlain = scalar.text.utf8.allSatisfy { byte in
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:+/~-=".utf8.contains(byte)
        }
        let misleads = scalar.text.last == ":" || scalar.text == "-" || scalar.text.hasPrefix("---")
        return isPlain && !misleads ? scalar.text : quoted(scalar.text)
    }

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || scalar.value == 0xfeff:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
