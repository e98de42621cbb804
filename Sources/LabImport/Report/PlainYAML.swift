import JobDSL
import LabModel

/// Trees for files that people read: quotes only where they are needed.
enum PlainYAML {
    private static let nowhere = SourcePosition(line: 1, column: 1)

    static func node(_ value: DataValue) -> YAMLNode {
        let content: YAMLNode.Content =
            switch value {
            case .null: .scalar(YAMLScalar("null"))
            case .bool(let value): .scalar(YAMLScalar(value ? "true" : "false"))
            case .integer(let value): .scalar(YAMLScalar("\(value)"))
            case .double(let value): .scalar(YAMLScalar("\(value)"))
            case .string(let text): .scalar(YAMLScalar(text, style: isPlain(text) ? .plain : .text))
            case .list(let elements): .sequence(elements.map { node($0) })
            case .map(let members):
                .mapping(members.sorted { $0.key < $1.key }.map { entry($0.key, node($0.value)) })
            }
        return YAMLNode(content, at: nowhere)
    }

    static func mapping(_ entries: [YAMLEntry]) -> YAMLNode { YAMLNode(.mapping(entries), at: nowhere) }

    static func sequence(_ elements: [YAMLNode]) -> YAMLNode { YAMLNode(.sequence(elements), at: nowhere) }

    static func entry(_ key: String, _ value: YAMLNode) -> YAMLEntry {
        YAMLEntry(key: key, keyPosition: nowhere, value: value)
    }

    static func entry(_ key: String, _ value: DataValue) -> YAMLEntry { entry(key, node(value)) }

    /// Whether `text` is that text without quotes, whatever reads it.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 200 else { return false }
        if isDuration(text) { return true }
        guard isLetter(first) || first == UInt8(ascii: "/"), last != UInt8(ascii: " "), last != UInt8(ascii: ":") else {
            return false
        }
        guard text.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || "/_.@+=%,: -".utf8.contains($0) })
        else { return false }
        return !text.contains(": ") && !text.contains("  ") && !wordsWithMeaning.contains(text.lowercased())
    }

    /// `30s`, which no reader takes for a number.
    private static func isDuration(_ text: String) -> Bool {
        let unit = text.drop { ("0"..."9").contains($0) }
        return unit.startIndex > text.startIndex && text.utf8.count <= 8 && ["ms", "s", "m", "h"].contains(unit)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static let wordsWithMeaning: Set = ["yes", "no", "on", "off", "true", "false", "null", "y", "n", "none"]

    /// `lines` as comments, cut so that no line of them is endless.
    static func comment(_ lines: [String]) -> String {
        lines.map { "# " + oneLine($0) + "\n" }.joined()
    }

    /// `text` in one line without control characters, at most 400 characters of it.
    static func oneLine(_ text: String) -> String {
        let shown = String(text.unicodeScalars.prefix(1600)).map { $0.isNewline ? " " : $0 }
        let isLong = shown.count > 400
        let kept = shown.prefix(400).filter { character in
            !character.unicodeScalars.contains {
                $0.properties.generalCategory == .control || (0x202a...0x202e).contains($0.value)
                    || (0x2066...0x2069).contains($0.value) || [0x85, 0x2028, 0x2029, 0xfeff].contains($0.value)
            }
        }
        return String(kept) + (isLong ? " …" : "")
    }
}
