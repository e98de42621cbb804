import LabModel

/// Reads `matrix` and makes a tree for each of its cells: the job with `${matrix.AXIS}` replaced. Values keep the places
/// of the text they stand in, so that findings point there.
///
///     matrix:
///       kernel: [6.1, 6.6]
///       board: [virt-1, virt-2]
///       exclude:
///       - {kernel: 6.1, board: virt-2}
///       include:
///       - {kernel: 6.12, board: virt-1}
struct MatrixReader {
    /// Jobs of one text.
    static let mostCells = 256
    private static let mostAxes = 16
    private static let longestValue = 1000
    /// Values of all trees together, and bytes of all texts together.
    private static let mostNodes = 4_000_000
    private static let mostBytes = 64 << 20

    let findings: Findings

    /// A combination of values, and the job that it makes.
    struct Cell {
        /// In the order of the axes.
        var values: [(axis: String, value: YAMLScalar)]
        var root: YAMLNode

        /// `kernel=6.1, board=virt-1`.
        var inWords: String { values.map { "\($0.axis)=\(cutExcerpt($0.value.text))" }.joined(separator: ", ") }
    }

    /// - Parameter size: of the job's text, in bytes.
    func expand(_ root: YAMLNode, size: Int) -> [Cell] {
        guard let node = root["matrix"], let entries = node.entries else {
            findings.mismatch(root["matrix"] ?? root, "`matrix`", needs: "a mapping of axes to lists of values")
            return []
        }
        let axes = entries.filter { !["include", "exclude"].contains($0.key) }.compactMap { axis($0) }
        if axes.count > Self.mostAxes {
            findings.error(at: node.position, "`matrix` takes at most \(Self.mostAxes) axes, not \(axes.count)")
        }
        guard !findings.hasErrors else { return [] }
        var combinations = self.combinations(of: axes, at: node.position)
        for left in rows("exclude", of: node, axes: axes, isWhole: false) {
            combinations.removeAll { cell in left.allSatisfy { pair in cell.contains { $0 == pair } } }
        }
        combinations += rows("include", of: node, axes: axes, isWhole: !axes.isEmpty)
        guard !findings.hasErrors else { return [] }
        return cells(combinations, of: root, matrix: node, size: size)
    }

    private struct Axis {
        var name: String
        var values: [YAMLScalar]
    }

    private struct Value: Equatable {
        var axis: String
        var scalar: YAMLScalar

        static func == (left: Value, right: Value) -> Bool {
            left.axis == right.axis && left.scalar.text == right.scalar.text
        }
    }

    private func axis(_ entry: YAMLEntry) -> Axis? {
        checkName(entry)
        guard let elements = findings.list(entry.value, "the axis `\(cutExcerpt(entry.key))`") else { return nil }
        if elements.isEmpty {
            findings.error(at: entry.value.position, "the axis `\(cutExcerpt(entry.key))` needs at least one value")
        }
        let values = elements.compactMap { value($0) }
        if Set(values.map(\.text)).count < values.count {
            findings.error(at: entry.value.position, "the axis `\(cutExcerpt(entry.key))` has a value twice")
        }
        return Axis(name: entry.key, values: values)
    }

    private func checkName(_ entry: YAMLEntry) {
        let name = entry.key.utf8
        guard name.isEmpty || name.count > 64 || !name.allSatisfy({ MatrixText.isNameByte($0) }) else { return }
        findings.error(
            at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot name an axis",
            suggestion: "use letters, digits, `_` and `-`")
    }

    private func value(_ node: YAMLNode) -> YAMLScalar? {
        guard let scalar = node.scalar, !node.isNull else {
            findings.mismatch(node, "a value of `matrix`", needs: "text or a number")
            return nil
        }
        guard scalar.text.utf8.count <= Self.longestValue else {
            findings.error(at: node.position, "a value of `matrix` is longer than \(Self.longestValue) bytes")
            return nil
        }
        return scalar
    }

    private func combinations(of axes: [Axis], at position: SourcePosition) -> [[Value]] {
        guard !axes.isEmpty else { return [] }
        let count = axes.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).partialValue }
        let overflows = axes.reduce(1.0) { $0 * Double($1.values.count) } > 1_000_000
        // Rows may be left out of more than are submitted, but not of any number.
        guard !overflows, count <= Self.mostCells * 16 else {
            findings.error(at: position, "`matrix` has too many cells: at most \(Self.mostCells) jobs are submitted")
            return []
        }
        return axes.reduce([[]]) { cells, axis in
            cells.flatMap { cell in axis.values.map { cell + [Value(axis: axis.name, scalar: $0)] } }
        }
    }

    /// The rows of `include` or `exclude`.
    ///
    /// - Parameter isWhole: each has to give a value to every axis.
    private func rows(_ key: String, of node: YAMLNode, axes: [Axis], isWhole: Bool) -> [[Value]] {
        guard let list = node[key], !list.isNull, let elements = findings.list(list, "`\(key)`") else { return [] }
        guard elements.count <= Self.mostCells * 4 else {
            findings.error(at: list.position, "`\(key)` has more than \(Self.mostCells * 4) rows")
            return []
        }
        let names = axes.map(\.name)
        return elements.compactMap { element in
            guard let entries = element.entries, !entries.isEmpty else {
                findings.mismatch(element, "a row of `\(key)`", needs: "a mapping of axes to values")
                return nil
            }
            for entry in entries where !names.isEmpty && !names.contains(entry.key) {
                findings.unknownWord(entry.key, at: entry.keyPosition, "an axis", words: names)
            }
            if names.isEmpty { for entry in entries { checkName(entry) } }
            if isWhole, let missing = names.first(where: { element[$0] == nil }) {
                findings.error(at: element.position, "a row of `\(key)` needs `\(missing)`")
            }
            return entries.compactMap { entry in value(entry.value).map { Value(axis: entry.key, scalar: $0) } }
        }
    }

    private func cells(_ rows: [[Value]], of root: YAMLNode, matrix: YAMLNode, size: Int) -> [Cell] {
        guard !rows.isEmpty else {
            findings.error(at: matrix.position, "`matrix` needs at least one cell")
            return []
        }
        guard rows.count <= Self.mostCells else {
            findings.error(
                at: matrix.position, "`matrix` has \(rows.count) cells; at most \(Self.mostCells) jobs are submitted")
            return []
        }
        guard rows.count * size <= Self.mostBytes, rows.count * root.nodeCount <= Self.mostNodes else {
            findings.error(
                at: matrix.position, "the job's text is too large for \(rows.count) jobs",
                suggestion: "put what is long into files that the job names")
            return []
        }
        return rows.compactMap { row in
            let values = row.map { ($0.axis, $0.scalar) }
            let text = MatrixText(values: Dictionary(values, uniquingKeysWith: { $1 }), findings: findings)
            var tree = text.filled(root)
            text.name(&tree, original: root, values: values.map(\.1.text))
            text.note(&tree)
            return Cell(values: values, root: tree)
        }
    }
}

extension YAMLNode {
    /// How many values the tree has.
    fileprivate var nodeCount: Int {
        switch content {
        case .scalar: 1
        case .sequence(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .mapping(let entries): entries.reduce(1) { $0 + $1.value.nodeCount }
        }
    }
}
