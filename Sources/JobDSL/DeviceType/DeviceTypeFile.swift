import LabModel

/// One device type file, read and checked for its own form, before its parent is known.
struct DeviceTypeFile: Sendable {
    let name: String
    let file: String
    let parent: String?
    let parentPosition: SourcePosition
    let isAbstract: Bool
    /// Other names by which jobs may ask for boards of this type.
    let aliases: [String]
    /// `vars`: what later layers may override.
    let variables: [YAMLEntry]
    /// `const`: what they may not.
    let constants: [YAMLEntry]
    /// All other keys.
    let body: [YAMLEntry]

    /// Nil, with errors, when the text does not even say what it is.
    init?(name: String, file: String, root: YAMLNode, findings: Findings) {
        guard let map = MapReader(root, "a device type", findings) else { return nil }
        self.name = name
        self.file = file
        parent = map.string("extends")
        parentPosition = map.node("extends")?.position ?? root.position
        isAbstract = map.bool("abstract") ?? false
        aliases = map.strings("aliases") ?? []
        variables = Self.variables(map, "vars")
        constants = Self.variables(map, "const")
        let headerKeys: Set<String> = ["extends", "abstract", "aliases", "vars", "const"]
        body = (root.entries ?? []).filter { !headerKeys.contains($0.key) }
        FactCheck(stage: .file, findings: findings)
            .check(body, of: DeviceTypeFacts.root, what: "a device type", others: headerKeys)
        for entry in constants {
            if let twin = variables.first(where: { $0.key == entry.key }) {
                findings.error(
                    at: entry.keyPosition, "`\(entry.key)` is also in `vars`, at line \(twin.keyPosition.line)",
                    suggestion: "keep it in one of them")
            }
        }
    }

    private static func variables(_ map: MapReader, _ key: String) -> [YAMLEntry] {
        guard let node = map.node(key) else { return [] }
        guard let entries = node.entries else {
            map.findings.mismatch(node, "`\(key)`", needs: "a mapping of variables")
            return []
        }
        for entry in entries where !VariableName.isValid(MergeKey(entry.key).name) {
            map.findings.error(
                at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot name a variable",
                suggestion: "use lower-case letters, digits and `_`, starting with a letter")
        }
        return entries
    }
}

/// What may stand between braces.
enum VariableName {
    static func isValid(_ name: some StringProtocol) -> Bool {
        isValid(bytes: name.utf8)
    }

    static func isValid(bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, isLower(first) else { return false }
        return bytes.allSatisfy {
            isLower($0) || $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

/// A key with what it does to an inherited list.
struct MergeKey: Hashable {
    enum Operation: Hashable {
        case replace, append, prepend
    }

    let name: String
    let operation: Operation

    init(_ key: String) {
        if key.hasSuffix("+") {
            (name, operation) = (String(key.dropLast()), .append)
        } else if key.hasPrefix("+") {
            (name, operation) = (String(key.dropFirst()), .prepend)
        } else {
            (name, operation) = (key, .replace)
        }
    }
}
