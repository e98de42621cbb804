import LabModel

/// Puts the values of one cell of a matrix into the job's tree.
struct MatrixText {
    private static let opening = "${matrix."
    private static let longestText = 4 << 20

    let values: [String: YAMLScalar]
    let findings: Findings

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The tree with every `${matrix.AXIS}` replaced, but for `matrix` itself.
    func filled(_ root: YAMLNode) -> YAMLNode {
        guard let entries = root.entries else { return root }
        let filled = entries.map { entry in
            guard entry.key != "matrix" else { return entry }
            var entry = entry
            entry.value = replaced(entry.value)
            return entry
        }
        return YAMLNode(.mapping(filled), at: root.position)
    }

    private func replaced(_ node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .scalar(let scalar):
            guard scalar.text.contains(Self.opening) else { return node }
            return YAMLNode(.scalar(filled(scalar, at: node.position)), at: node.position)
        case .sequence(let elements): return YAMLNode(.sequence(elements.map { replaced($0) }), at: node.position)
        case .mapping(let entries):
            let filled = entries.map { entry in
                var entry = entry
                entry.value = replaced(entry.value)
                return entry
            }
            return YAMLNode(.mapping(filled), at: node.position)
        }
    }

    /// A scalar that is nothing but a placeholder becomes the value as `matrix` has it, a number for a number; within
    /// other text it becomes text.
    private func filled(_ scalar: YAMLScalar, at position: SourcePosition) -> YAMLScalar {
        var text = ""
        var rest = scalar.text[...]
        while let found = rest.firstRange(of: Self.opening) {
            text += rest[..<found.lowerBound]
            let name = rest[found.upperBound...].prefix { $0.utf8.allSatisfy { Self.isNameByte($0) } }
            let after = rest[name.endIndex...]
            guard after.first == "}", let value = values[String(name)] else {
                findings.error(
                    at: position, "`\(cutExcerpt("${matrix.\(name)}"))` names no axis of `matrix`",
                    suggestion: findings.suggestion(for: String(name), among: values.keys.sorted()))
                return scalar
            }
            rest = after.dropFirst()
            if text.isEmpty, rest.isEmpty { return Self.alone(value) }
            text += value.text
            guard text.utf8.count <= Self.longestText else {
                findings.error(
                    at: position, "the values of `matrix` make this text longer than \(Self.longestText) bytes")
                return scalar
            }
        }
        return YAMLScalar(text + rest, style: scalar.style)
    }

    /// A whole number or a truth value stays one; anything else is text, a version such as 6.1 too.
    private static func alone(_ value: YAMLScalar) -> YAMLScalar {
        guard value.style == .plain, ![.int, .bool].contains(ImpliedType.of(value.text)) else { return value }
        return YAMLScalar(value.text, style: .text)
    }

    /// Jobs whose name says nothing of the matrix get the values behind it: in a list they would look alike.
    func name(_ tree: inout YAMLNode, original: YAMLNode, values: [String]) {
        guard let name = original["job_name"]?.scalar?.text, !name.contains(Self.opening), !name.isEmpty else { return }
        let long = "\(name) (\(values.joined(separator: ", ")))"
        guard long.unicodeScalars.count <= 200 else { return }
        change("job_name", of: &tree) { $0 = YAMLNode(.scalar(YAMLScalar(long, style: .text)), at: $0.position) }
    }

    /// The values as `metadata: matrix`, where a job has nothing of its own there.
    func note(_ tree: inout YAMLNode) {
        guard let position = tree["matrix"]?.position else { return }
        let words = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: ", ")
        let entry = YAMLEntry(
            key: "matrix", keyPosition: position, keyStyle: .text,
            value: YAMLNode(.scalar(YAMLScalar(words, style: .text)), at: position))
        if tree["metadata"] == nil, let entries = tree.entries {
            let metadata = YAMLEntry(
                key: "metadata", keyPosition: position, value: YAMLNode(.mapping([entry]), at: position))
            tree.content = .mapping(entries + [metadata])
        } else {
            change("metadata", of: &tree) { metadata in
                guard let entries = metadata.entries, metadata["matrix"] == nil else { return }
                metadata.content = .mapping(entries + [entry])
            }
        }
    }

    private func change(_ key: String, of tree: inout YAMLNode, _ body: (inout YAMLNode) -> Void) {
        guard var entries = tree.entries, let index = entries.firstIndex(where: { $0.key == key }) else { return }
        body(&entries[index].value)
        tree.content = .mapping(entries)
    }
}
