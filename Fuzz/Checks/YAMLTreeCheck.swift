#if DEBUG || FUZZING
    @testable import JobDSL
    import LabModel

    /// Any bytes become a tree within its limits, with positions inside the text, or one diagnostic inside the text.
    /// What the writer makes of the tree reads as the same tree.
    public enum YAMLTreeCheck: Check {
        // Smaller than in labd, so that a short input can reach them.
        private static let limits = YAMLLimits(bytes: 1 << 16, nodes: 2000, depth: 24)

        public static func run(_ input: [UInt8]) throws(BrokenInvariant) {
            let text = String(decoding: input, as: UTF8.self)
            let lines = TextLines(text)
            let root: YAMLNode
            do throws(Diagnostic) {
                root = try YAMLText.read(text, limits: limits)
            } catch {
                return try lines.hold(error)
            }
            // Aliases and merged mappings stand where their anchors do.
            var walk = TreeWalk(lines: lines, limits: limits, isInOrder: !input.contains(UInt8(ascii: "*")))
            try walk.visit(root, depth: 1)
            try readsTheSame(root)
        }

        private static func readsTheSame(_ root: YAMLNode) throws(BrokenInvariant) {
            // The writer is for test definitions: a lone scalar at the left edge could be taken for a document's border.
            guard root.scalar == nil else { return }
            let written = YAMLWriter.text(of: root)
            do throws(Diagnostic) {
                let again = try YAMLText.read(written, limits: YAMLLimits(bytes: 1 << 22, nodes: 4000, depth: 64))
                guard saysTheSame(root, again) else { throw Diagnostic(.error, at: again.position, "another tree") }
            } catch {
                throw BrokenInvariant("written again it is \(error):\n\(written)")
            }
        }

        /// Whether a text means the same with and without quotes: over several lines it is written with them, a word that
        /// stands for nothing else without.
        private static func isSurelyText(_ text: String) -> Bool {
            let implied = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"]
            guard !text.isEmpty else { return false }
            return text.contains { $0.isNewline } || text.unicodeScalars.contains("\u{feff}")
                || text.first == " " || text.last == " " || "\"'&*!|>%@`#,[]{}".contains(text.prefix(1))
                || ["- ", "? ", ": ", "-\t", "?\t", ":\t"].contains { text.hasPrefix($0) }
                || (text.allSatisfy { $0.isLetter || "_-?:".contains($0) } && !implied.contains(text.lowercased()))
        }

        private static func saysTheSame(_ one: YAMLNode, _ other: YAMLNode) -> Bool {
            switch (one.content, other.content) {
            case (.scalar(let one), .scalar(let other)):
                one.text == other.text && (one.style == other.style || isSurelyText(one.text))
            case (.sequence(let one), .sequence(let other)):
                one.count == other.count && zip(one, other).allSatisfy { saysTheSame($0, $1) }
            case (.mapping(let one), .mapping(let other)):
                one.count == other.count
                    && zip(one, other).allSatisfy { $0.key == $1.key && saysTheSame($0.value, $1.value) }
            default: false
            }
        }
    }

    /// Visits a tree and holds each of its values to limits and places.
    private struct TreeWalk {
        let lines: TextLines
        let limits: YAMLLimits
        let isInOrder: Bool
        private var visited = 0
        private var last = SourcePosition(line: 1, column: 1)

        init(lines: TextLines, limits: YAMLLimits, isInOrder: Bool) {
            self.lines = lines
            self.limits = limits
            self.isInOrder = isInOrder
        }

        mutating func visit(_ node: YAMLNode, depth: Int) throws(BrokenInvariant) {
            visited += 1
            try require(visited <= limits.nodes, "more than \(limits.nodes) values")
            try require(depth <= limits.depth, "more than \(limits.depth) levels")
            try hold(node.position)
            switch node.content {
            case .scalar: break
            case .sequence(let elements):
                for element in elements { try visit(element, depth: depth + 1) }
            case .mapping(let entries):
                try require(Set(entries.map(\.key)).count == entries.count, "a key stands twice")
                for entry in entries {
                    try hold(entry.keyPosition)
                    try visit(entry.value, depth: depth + 1)
                }
            }
        }

        private mutating func hold(_ position: SourcePosition) throws(BrokenInvariant) {
            try lines.hold(position)
            guard isInOrder else { return }
            try require(position >= last, "\(position) comes after \(last)")
            last = position
        }
    }
#endif
