public import LabModel

/// A value of a YAML text that knows where it stands. Scalars stay text until somebody says what they should be.
public struct YAMLNode: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of the text, each key once.
        case mapping([YAMLEntry])
    }

    public var content: Content
    /// Where it was written; for an alias, where its anchor's value was.
    public var position: SourcePosition

    public init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
    }
}

/// The text of a scalar and how it was written.
public struct YAMLScalar: Hashable, Sendable {
    public enum Style: Hashable, Sendable {
        /// Without quotes: may stand for a number, a boolean or nothing.
        case plain
        /// Quoted, a block, or tagged as text: always text.
        case text
    }

    public var text: String
    public var style: Style

    public init(_ text: String, style: Style = .plain) {
        self.text = text
        self.style = style
    }
}

/// A key of a mapping with its value.
public struct YAMLEntry: Hashable, Sendable {
    public var key: String
    public var keyPosition: SourcePosition
    /// How the key was written: without quotes it may be a number to other readers.
    public var keyStyle: YAMLScalar.Style
    public var value: YAMLNode

    public init(key: String, keyPosition: SourcePosition, keyStyle: YAMLScalar.Style = .plain, value: YAMLNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.keyStyle = keyStyle
        self.value = value
    }
}

extension YAMLNode {
    /// The scalar; nil for lists and mappings.
    public var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The elements of a list; nil for anything else.
    public var elements: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// The entries of a mapping; nil for anything else.
    public var entries: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value of `key` in a mapping; nil for anything else.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key == key }?.value
    }

    /// Whether this is YAML's null: nothing, `~` or `null`, without quotes.
    public var isNull: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// What it is, in words, for messages.
    var kindInWords: String {
        switch content {
        case .scalar: isNull ? "nothing" : "`\(excerpt)`"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The start of a scalar's first line, for messages; empty for anything else.
    var excerpt: String { scalar.map { cutExcerpt($0.text) } ?? "" }
}

/// The first line of `text`, at most 120 characters of it and none that could upset a terminal.
func cutExcerpt(_ text: String) -> String {
    // Nearly always: short, and plain ASCII.
    if text.utf8.count <= 120, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    // One character may be a letter with any number of accents.
    let start = String(text.unicodeScalars.prefix(360))
    return String(start.prefix(120).prefix { !$0.isNewline }.map { upsetsTerminals($0) ? " " : $0 })
}

/// Control characters, and those that turn the direction of writing.
private func upsetsTerminals(_ character: Character) -> Bool {
    character.unicodeScalars.contains {
        $0.properties.generalCategory == .control || (0x202a...0x202e).contains($0.value)
            || (0x2066...0x2069).contains($0.value)
    }
}
