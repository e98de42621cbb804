/// Writes a tree as YAML text again, in block form.
public struct YAMLWriter {
    private var text: [UInt8] = []

    /// The text of `node`, ending in a newline.
    public static func text(of node: YAMLNode) -> String {
        var writer = YAMLWriter()
        writer.write(node, indent: 0, afterKey: false)
        return String(decoding: writer.text, as: UTF8.self)
    }

    private mutating func write(_ node: YAMLNode, indent: Int, afterKey: Bool, afterDash: Bool = false) {
        switch node.content {
        case .scalar(let scalar):
            writeMargin(afterKey ? 1 : indent)
            write(scalar)
            writeLineEnd()
        case .sequence(let elements) where elements.isEmpty:
            writeMargin(afterKey ? 1 : indent)
            text.append(contentsOf: "[]\n".utf8)
        case .mapping(let entries) where entries.isEmpty:
            writeMargin(afterKey ? 1 : indent)
            text.append(contentsOf: "{}\n".utf8)
        case .sequence(let elements):
            if afterKey { writeLineEnd() }
            for element in elements {
                writeMargin(indent)
                text.append(UInt8(ascii: "-"))
                write(element, indent: indent + 2, afterKey: true, afterDash: true)
            }
        case .mapping(let entries):
            if afterKey, !afterDash { writeLineEnd() }
            for (index, entry) in entries.enumerated() {
                // The first key stands beside its dash.
                writeMargin(afterDash && index == 0 ? 1 : indent)
                writeKey(entry.key, indent: indent)
                text.append(UInt8(ascii: ":"))
                write(entry.value, indent: indent + 2, afterKey: true)
            }
        }
    }

    private mutating func writeMargin(_ width: Int) {
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width))
    }

    private mutating func writeLineEnd() { text.append(UInt8(ascii: "\n")) }

    private mutating func writeKey(_ key: String, indent: Int) {
        // A key in front of its colon may be 1024 characters long (YAML 1.1, section 9.1.4), escapes counted.
        guard key.utf8.count > longestPlainKey else { return writeQuoted(key) }
        text.append(contentsOf: "? ".utf8)
        writeQuoted(key)
        writeLineEnd()
        writeMargin(indent)
    }

    private mutating func write(_ scalar: YAMLScalar) {
        // A plain scalar was read as one, so it can be written as one, unless it was folded over lines
        // or stood where a sign meant something else.
        if scalar.style == .plain, !hasLineEnd(scalar.text), !isIndicator(scalar.text) {
            text.append(contentsOf: scalar.text.utf8)
        } else {
            writeQuoted(scalar.text)
        }
    }

    /// What would be read as another sign, or passed over in part, outside the place it was read in.
    private func isIndicator(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return false }
        let blanks = Self.blanks
        if blanks.contains(first) || blanks.contains(last) { return true }
        // A byte order mark in front of a sign makes it a plain scalar, but is not read with it.
        if Self.indicators.contains(first) { return true }
        if Self.blockIndicators.contains(first) { return bytes.dropFirst().first.map(blanks.contains) ?? true }
        return bytes.contains(0xef) && text.unicodeScalars.contains("\u{feff}")
    }

    private static let blanks: Set = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    /// What begins no plain scalar (YAML 1.1, section 9.1.3).
    private static let indicators = Set("\"'&*!|>%@`#,[]{}".utf8)
    /// The same where a blank or nothing follows.
    private static let blockIndicators = Set("-?:".utf8)

    /// What a reader refuses, takes for the end of a line, or passes over.
    private func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
            || [0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff].contains(scalar.value)
    }

    private func hasLineEnd(_ text: String) -> Bool {
        // Only what is not ASCII needs a look at whole characters.
        text.utf8.contains { (0x0a...0x0d).contains($0) || $0 >= 0x80 } && text.contains { $0.isNewline }
    }

    private mutating func writeQuoted(_ word: String) {
        if isWord(word) {
            text.append(contentsOf: word.utf8)
            return
        }
        text.append(UInt8(ascii: "\""))
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\"": text.append(contentsOf: "\\\"".utf8)
            case "\\": text.append(contentsOf: "\\\\".utf8)
            case "\n": text.append(contentsOf: "\\n".utf8)
            case "\t": text.append(contentsOf: "\\t".utf8)
            case _ where isSpecial(scalar):
                let digits = String(scalar.value, radix: 16)
                text.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Whether `word` needs no quotes anywhere, whatever reads it.
    private func isWord(_ word: String) -> Bool {
        guard let first = word.utf8.first, first != UInt8(ascii: "-"), word.utf8.allSatisfy({ isWordByte($0) }) else {
            return false
        }
        return word.utf8.count > longestImpliedForm || !impliedForms.contains(word.lowercased())
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private let longestPlainKey = 160
    private let impliedForms: Set<String> = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"]
    private let longestImpliedForm = 5
}
