import JobDSL
import LabModel

/// The way from the root of a tree to one of its nodes: places in lists and mappings.
typealias TreePath = [Int]

extension YAMLNode {
    /// The children of a list or a mapping.
    var children: [YAMLNode] { elements ?? entries?.map(\.value) ?? [] }

    /// The ways to all nodes, in the order of the text.
    var paths: [TreePath] {
        [[]] + children.enumerated().flatMap { index, child in child.paths.map { [index] + $0 } }
    }

    subscript(path path: TreePath) -> YAMLNode {
        get { path.reduce(self) { $0.children[$1] } }
        set {
            guard let first = path.first else { return self = newValue }
            var child = children[first]
            child[path: Array(path.dropFirst())] = newValue
            switch content {
            case .sequence(var elements):
                elements[first] = child
                content = .sequence(elements)
            case .mapping(var entries):
                entries[first].value = child
                content = .mapping(entries)
            case .scalar: break
            }
        }
    }

    /// The key under which the node at `path` stands; nil in lists and for the root.
    func key(at path: TreePath) -> String? {
        guard let last = path.last else { return nil }
        return self[path: path.dropLast()].entries?[last].key
    }
}

extension YAMLEntry {
    init(_ key: String, _ value: YAMLNode, style: YAMLScalar.Style = .plain) {
        self.init(key: key, keyPosition: value.position, keyStyle: style, value: value)
    }
}
