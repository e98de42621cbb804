public import LabModel

extension Findings {
    /// The elements of a list.
    public func list(_ node: YAMLNode, _ what: @autoclosure () -> String) -> [YAMLNode]? {
        if let elements = node.elements { return elements }
        mismatch(node, what(), needs: "a list")
        return nil
    }

    /// A list of texts.
    public func strings(_ node: YAMLNode, _ what: @autoclosure () -> String) -> [String]? {
        list(node, what()).map { $0.compactMap { string($0, "an entry of \(what())") } }
    }

    /// One text or a list of texts.
    public func oneOrMore(_ node: YAMLNode, _ what: @autoclosure () -> String) -> [String]? {
        switch node.content {
        case .sequence: return strings(node, what())
        case .scalar where !node.isNull: return string(node, what()).map { [$0] }
        default:
            mismatch(node, what(), needs: "text or a list of texts")
            return nil
        }
    }

    /// Names with texts, in the order of the text; a value without text is empty.
    public func pairs(_ node: YAMLNode, _ what: String) -> [(key: String, value: String, position: SourcePosition)]? {
        guard let entries = node.entries else {
            mismatch(node, what, needs: "a mapping of names to texts")
            return nil
        }
        return entries.compactMap { entry in
            let text = entry.value.isNull ? "" : string(entry.value, "`\(cutExcerpt(entry.key))`")
            return text.map { (entry.key, $0, entry.keyPosition) }
        }
    }

    /// Names with texts.
    public func stringMap(_ node: YAMLNode, _ what: String) -> [String: String]? {
        pairs(node, what).map { Dictionary($0.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
    }

    /// Names with texts where every name must do as a shell variable.
    public func shellVariables(_ node: YAMLNode, _ what: String) -> [ShellVariable]? {
        pairs(node, what).map { pairs in
            for pair in pairs where !isShellName(pair.key) {
                error(
                    at: pair.position,
                    "`\(cutExcerpt(pair.key))` in \(what) is not a name that a shell variable can have",
                    suggestion: "use letters, digits and `_`, not starting with a digit")
            }
            return pairs.map { ShellVariable(name: $0.key, value: $0.value) }
        }
    }
}

/// POSIX.1-2017, XBD 3.235.
private func isShellName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
    }
}
