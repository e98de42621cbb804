/// Finds texts whose aliases would make the parser itself work for ever.
///
/// The parser compares the keys of every mapping. A key that is a list or a mapping is compared with all that its
/// aliases repeat, which grows by powers before a tree of ours exists that could be counted. Such keys mean nothing in
/// any text we read, so beside many aliases they are refused unseen.
struct AliasGuard {
    private static let harmlessAliases = 16
    /// Signs that a token can stand behind without space.
    private static let openers = Set("[{,:?-]}\"'".utf8)

    /// Whether `text` may hide keys that expand without bound.
    static func refuses(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let anchors = names(after: UInt8(ascii: "&"), in: bytes)
        guard !anchors.isEmpty else { return false }
        let declared = Set(anchors.map(\.name))
        let aliases = names(after: UInt8(ascii: "*"), in: bytes).filter { declared.contains($0.name) }
        guard aliases.count >= harmlessAliases else { return false }
        return aliases.contains { isFollowedByColon(bytes, $0.end) } || hasCollectionKey(bytes)
    }

    /// Words that begin with `indicator` where a YAML token can begin.
    private static func names(after indicator: UInt8, in bytes: [UInt8]) -> [(name: ArraySlice<UInt8>, end: Int)] {
        var found: [(name: ArraySlice<UInt8>, end: Int)] = []
        for index in bytes.indices where bytes[index] == indicator && startsToken(bytes, index) {
            let name = bytes[(index + 1)...].prefix { isNameByte($0) }
            if !name.isEmpty { found.append((name, name.endIndex)) }
        }
        return found
    }

    /// An explicit `? ` key, or a flow collection with a colon after it.
    private static func hasCollectionKey(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { index in
            switch bytes[index] {
            case UInt8(ascii: "?"):
                startsToken(bytes, index) && (index + 1 == bytes.count || isSpace(bytes[index + 1]))
            case UInt8(ascii: "]"), UInt8(ascii: "}"): isFollowedByColon(bytes, index + 1)
            default: false
            }
        }
    }

    private static func isFollowedByColon(_ bytes: [UInt8], _ start: Int) -> Bool {
        let rest = bytes[start...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return rest.first == UInt8(ascii: ":")
    }

    private static func startsToken(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = bytes[index - 1]
        // Bytes beyond ASCII may end one of Unicode's line breaks.
        return isSpace(before) || before >= 0x80 || openers.contains(before)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte)
    }

    // libyaml 0.2 takes letters, digits, `_` and `-` as a name.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
