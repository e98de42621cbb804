/// The documentation of all facts, made of the table that checks them.
public enum DeviceTypeReference {
    /// One fact, or one group of them.
    public struct Row: Hashable, Sendable {
        /// Such as `bootloaders.u-boot.prompt`; `NAME` stands for a name that the writer chooses.
        public var path: String
        /// In words, such as `0 to 60000`.
        public var form: String
        public var meaning: String
    }

    /// All facts in the order of the table, groups before what is in them.
    public static var rows: [Row] { rows(below: DeviceTypeFacts.root, path: "") }

    /// A Markdown page.
    public static var markdown: String {
        var lines = [
            "# Facts of device types", "",
            "Everything that a device type can say ([device-types.md](device-types.md) explains the language). The same",
            "table checks the types and makes `lablctl device-type schema`, the JSON Schema for editors.",
        ]
        for row in rows {
            let isGroup = !row.path.contains(".")
            if isGroup { lines += ["", "## `\(row.path)`", "", "\(row.meaning.capitalizedFirst): \(row.form)."] }
            if !isGroup {
                if lines.last?.hasPrefix("|") != true { lines += ["", "| Key | Form | Meaning |", "|---|---|---|"] }
                let form = row.form.replacing("|", with: "\\|")
                lines.append("| `\(row.path)` | \(form) | \(row.meaning) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func rows(below kind: FactKind, path: String) -> [Row] {
        guard case .keys(let keys) = kind.group else {
            if case .table(let inner) = kind, inner.hasKeys {
                return rows(below: inner, path: path + ".NAME")
            }
            return []
        }
        return keys.flatMap { key in
            let own = path.isEmpty ? key.name : "\(path).\(key.name)"
            return [Row(path: own, form: key.fact.kind.inWords, meaning: key.fact.meaning)]
                + rows(below: key.fact.kind, path: own)
        }
    }
}

extension FactKind {
    /// What a list or a single value is made of.
    fileprivate var group: FactKind {
        switch self {
        case .list(let inner), .oneOrMore(let inner): inner.group
        default: self
        }
    }

    fileprivate var hasKeys: Bool {
        switch group {
        case .keys: true
        case .table(let inner): inner.hasKeys
        default: false
        }
    }

    /// The form for people.
    var inWords: String {
        switch self {
        case .text(let lengths) where lengths.lowerBound == lengths.upperBound:
            "text of \(lengths.upperBound) character\(lengths.upperBound == 1 ? "" : "s")"
        case .text(let lengths): "text of up to \(lengths.upperBound) characters"
        case .expression: "regular expression"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        case .words(let words): "list of \(words.map { "`\($0)`" }.joined(separator: ", "))"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .boolean: "`true` or `false`"
        case .duration: "duration"
        case .address: "hexadecimal address, or the boot loader's own variable such as `${loadaddr}`"
        case .usbID: "four hexadecimal digits in quotes"
        case .list(let inner): "list, each \(inner.inWords)"
        case .oneOrMore(let inner): "\(inner.inWords), or a list of them"
        case .keys: "mapping"
        case .table(let inner): "by name: \(inner.inWords)"
        case .free: "anything"
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
