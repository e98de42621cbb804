import LabModel
import Yams

/// Copies the parser's tree into ours, counting every value it visits.
struct TreeBuilder {
    let positions: PositionMap
    let limits: YAMLLimits
    private var visited = 0
    private var copiedBytes = 0

    init(positions: PositionMap, limits: YAMLLimits) {
        self.positions = positions
        self.limits = limits
    }

    mutating func copy(_ node: Node, depth: Int) throws(Diagnostic) -> YAMLNode {
        let position = positions.position(node.mark)
        try count(at: position)
        guard depth <= limits.depth else {
            throw Diagnostic(.error, at: position, "lists and mappings are nested more than \(limits.depth) deep")
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(.scalar(try copy(scalar, at: position)), at: position)
        case .sequence(let sequence):
            try refuse(sequence.tag, unless: "tag:yaml.org,2002:seq", at: position)
            var elements: [YAMLNode] = []
            for element in sequence { elements.append(try copy(element, depth: depth + 1)) }
            return YAMLNode(.sequence(elements), at: position)
        case .mapping(let mapping):
            try refuse(mapping.tag, unless: "tag:yaml.org,2002:map", at: position)
            return YAMLNode(.mapping(try entries(of: mapping, depth: depth)), at: position)
        case .alias:
            throw Diagnostic(.error, at: position, "the alias has no anchor")
        }
    }

    private func refuse(_ tag: Tag, unless own: String, at position: SourcePosition) throws(Diagnostic) {
        let name = tag.description
        guard !name.isEmpty, name != "!", name != own else { return }
        throw Diagnostic(.error, at: position, "tags such as `\(cutExcerpt(name))` are not accepted")
    }

    private mutating func count(at position: SourcePosition) throws(Diagnostic) {
        visited += 1
        guard visited <= limits.nodes else {
            throw Diagnostic(
                .error, at: position, "the text has more than \(limits.nodes) values, repeated aliases counted")
        }
    }

    private mutating func copy(_ scalar: Node.Scalar, at position: SourcePosition) throws(Diagnostic) -> YAMLScalar {
        // One long text behind many aliases costs its length every time somebody reads it.
        copiedBytes += scalar.string.utf8.count
        guard copiedBytes <= limits.bytes * 4 else {
            throw Diagnostic(.error, at: position, "the text is larger than \(limits.bytes * 4) bytes with its aliases")
        }
        let isPlain = scalar.style == .plain || scalar.style == .any
        // YAML 1.1 keeps it for itself, and readers stumble over it.
        if isPlain, scalar.string == "=" { throw Diagnostic(.error, at: position, "`=` needs quotes") }
        switch scalar.tag.description {
        case "", "!", "tag:yaml.org,2002:str":
            let isTagged = scalar.tag.description == "tag:yaml.org,2002:str"
            return YAMLScalar(scalar.string, style: isPlain && !isTagged ? .plain : .text)
        case "tag:yaml.org,2002:int" where isPlain, "tag:yaml.org,2002:float" where isPlain,
            "tag:yaml.org,2002:bool" where isPlain, "tag:yaml.org,2002:null" where isPlain:
            return YAMLScalar(scalar.string, style: .plain)
        default:
            throw Diagnostic(
                .error, at: position, "tags such as `\(cutExcerpt(scalar.tag.description))` are not accepted")
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(Diagnostic) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var merged: [YAMLEntry] = []
        // By index: the parser's own iterator copies the whole mapping first.
        for index in mapping.indices {
            let (key, value) = mapping[index]
            let keyPosition = positions.position(key.mark)
            try count(at: keyPosition)
            guard let scalar = key.scalar else {
                throw Diagnostic(.error, at: keyPosition, "a key must be text, not a list or a mapping")
            }
            // The parser has marked the key as text by comparing it: only its style tells how it was written.
            var name = try copy(scalar, at: keyPosition)
            name.style = scalar.style == .plain || scalar.style == .any ? .plain : .text
            let copied = try copy(value, depth: depth + 1)
            if scalar.string == "<<", scalar.style == .plain || scalar.style == .any {
                merged = try mergedEntries(copied)
            } else {
                entries.append(YAMLEntry(key: name.text, keyPosition: keyPosition, keyStyle: name.style, value: copied))
            }
        }
        guard !merged.isEmpty else { return entries }
        // The mapping's own keys win over merged ones, and earlier merged ones over later.
        var seen = Set(entries.map(\.key))
        return entries + merged.filter { seen.insert($0.key).inserted }
    }

    private func mergedEntries(_ node: YAMLNode) throws(Diagnostic) -> [YAMLEntry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .sequence(let elements) where elements.allSatisfy({ $0.entries != nil }):
            return elements.flatMap { $0.entries ?? [] }
        default:
            throw Diagnostic(
                .error, at: node.position, "`<<` needs a mapping or a list of mappings, not \(node.kindInWords)")
        }
    }
}
