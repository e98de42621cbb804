public import LabModel

/// Reads a mapping key by key, and at the end says which keys nobody asked for.
public final class MapReader {
    public enum UnknownKeys {
        case error, warning, ignored
    }

    public let node: YAMLNode
    /// What this mapping is, for messages, such as "the job".
    public let what: String
    public let findings: Findings
    private let entries: [YAMLEntry]
    /// Which of `entries` somebody asked for.
    private var isRead: [Bool]
    /// All that was asked for, there or not; some more than once.
    private var asked: [String] = []
    /// Where keys stand in `entries`; nil for the few keys that most mappings have, which are compared one by one.
    private let places: [String: Int]?

    /// Nil, with an error, when `node` is not a mapping.
    public init?(_ node: YAMLNode, _ what: String, _ findings: Findings) {
        guard let entries = node.entries else {
            findings.mismatch(node, what, needs: "a mapping")
            return nil
        }
        self.node = node
        self.what = what
        self.findings = findings
        self.entries = entries
        isRead = Array(repeating: false, count: entries.count)
        places =
            entries.count <= 16
            ? nil
            : Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public var position: SourcePosition { node.position }

    /// The value of `key`; nil when it is missing or null.
    public func node(_ key: String) -> YAMLNode? {
        asked.append(key)
        guard let place = place(of: key) else { return nil }
        isRead[place] = true
        let value = entries[place].value
        return value.isNull ? nil : value
    }

    /// The value of `key`, null included, with the key's place.
    public func entry(_ key: String) -> YAMLEntry? {
        asked.append(key)
        guard let place = place(of: key) else { return nil }
        isRead[place] = true
        return entries[place]
    }

    private func place(of key: String) -> Int? {
        places.map { $0[key] } ?? entries.firstIndex { $0.key == key }
    }

    /// The value of `key`; its absence is an error.
    public func required(_ key: String) -> YAMLNode? {
        if let value = node(key) { return value }
        if let place = place(of: key) {
            findings.error(at: entries[place].keyPosition, "`\(key)` needs a value")
        } else {
            let likely = nearest(to: key, in: unread().prefix(500).map(\.key))
            findings.error(
                at: position, "\(what) needs `\(key)`",
                suggestion: likely.map { "`\(cutExcerpt($0))` may be meant to be it" })
        }
        return nil
    }

    /// Where the key stands; the mapping's own place when it is missing.
    public func position(of key: String) -> SourcePosition {
        place(of: key).map { entries[$0].keyPosition } ?? position
    }

    /// Makes keys known without reading them.
    public func knows(_ keys: String...) { knows(keys) }
    public func knows(_ keys: [String]) {
        for key in keys { _ = entry(key) }
    }

    /// Those of `keys` that are there, null or not.
    public func given(among keys: [String]) -> [String] { keys.filter { place(of: $0) != nil } }

    /// Entries that nobody asked for yet, in the order of the text.
    public func unread() -> [YAMLEntry] { entries.indices.filter { !isRead[$0] }.map { entries[$0] } }

    /// Says what was not asked for. Call it once, after all keys were read.
    public func finish(unknown: UnknownKeys) {
        guard unknown != .ignored else { return }
        guard isRead.contains(false) else { return }
        let known = Set(asked).sorted()
        for entry in unread() {
            let suggestion = findings.suggestion(for: entry.key, among: known)
            let message =
                unknown == .error
                ? "`\(cutExcerpt(entry.key))` is not a key of \(what)"
                : "`\(cutExcerpt(entry.key))` is not a known key of \(what) and is ignored"
            findings.add(
                Diagnostic(
                    unknown == .error ? .error : .warning, at: entry.keyPosition, message, suggestion: suggestion))
        }
    }
}

extension MapReader {
    public func string(_ key: String) -> String? { node(key).flatMap { findings.string($0, "`\(key)`") } }
    public func requiredString(_ key: String) -> String? { required(key).flatMap { findings.string($0, "`\(key)`") } }
    public func bool(_ key: String) -> Bool? { node(key).flatMap { findings.bool($0, "`\(key)`") } }
    public func strings(_ key: String) -> [String]? { node(key).flatMap { findings.strings($0, "`\(key)`") } }
    public func oneOrMore(_ key: String) -> [String]? { node(key).flatMap { findings.oneOrMore($0, "`\(key)`") } }
    public func stringMap(_ key: String) -> [String: String]? {
        node(key).flatMap { findings.stringMap($0, "`\(key)`") }
    }
    public func list(_ key: String) -> [YAMLNode]? { node(key).flatMap { findings.list($0, "`\(key)`") } }
    public func map(_ key: String) -> MapReader? { node(key).flatMap { MapReader($0, "`\(key)`", findings) } }

    public func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        node(key).flatMap { findings.int($0, "`\(key)`", in: range) }
    }

    public func duration(_ key: String, allowsZero: Bool = false) -> Duration? {
        node(key).flatMap { findings.duration($0, "`\(key)`", allowsZero: allowsZero) }
    }

    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        node(key).flatMap { findings.choice($0, "`\(key)`", of: type) }
    }

    /// A text that is not empty; its absence is an error.
    public func requiredText(_ key: String) -> String? {
        guard let node = required(key), let text = findings.string(node, "`\(key)`") else { return nil }
        if text.isEmpty {
            findings.error(at: node.position, "`\(key)` must not be empty")
            return nil
        }
        return text
    }
}
