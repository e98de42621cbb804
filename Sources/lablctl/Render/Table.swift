/// Rows under titles, in columns that fit the terminal.
struct Table {
    struct Column {
        var title: String
        var isNumber = false
        /// The narrowest the column may be cut to; nil keeps it whole.
        var minimum: Int?
        /// When the column is left out of a table that does not fit: 1 goes first; nil stays.
        var leaves: Int?
        /// Whether what does not fit goes on below; for the last column only.
        var wraps: Bool

        init(
            _ title: String, isNumber: Bool = false, minimum: Int? = nil, leaves: Int? = nil, wraps: Bool = false
        ) {
            self.title = title
            self.isNumber = isNumber
            self.minimum = minimum
            self.leaves = leaves
            self.wraps = wraps
        }
    }

    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var ink: Ink

        init(_ text: String, _ ink: Ink = .plain) {
            self.text = SafeText.line(text)
            self.ink = ink
        }

        init(stringLiteral value: String) {
            self.init(value)
        }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// The titles and rows as lines, without space at their ends.
    func lines(in style: TextStyle) -> [String] {
        guard let narrower = withoutWhatDoesNotFit(in: style.width) else { return fittedLines(in: style) }
        return narrower.lines(in: style)
    }

    private func fittedLines(in style: TextStyle) -> [String] {
        let widths = widths(in: style.width)
        let titles = columns.map { Cell($0.title, .bold) }
        return ([titles] + rows).flatMap { lines($0, widths: widths, style: style) }
    }

    /// The table with one column less; nil when it fits or no column may leave.
    private func withoutWhatDoesNotFit(in available: Int?) -> Table? {
        guard let available else { return nil }
        let least = zip(columns, naturalWidths).map { column, width in min(width, column.minimum ?? width) }
        guard least.reduce(Self.gap * (columns.count - 1), +) > available else { return nil }
        let leaving = columns.indices.filter { columns[$0].leaves != nil }
            .min { (columns[$0].leaves ?? 0) < (columns[$1].leaves ?? 0) }
        guard let leaving else { return nil }
        var narrower = self
        narrower.columns.remove(at: leaving)
        for index in narrower.rows.indices where narrower.rows[index].indices.contains(leaving) {
            narrower.rows[index].remove(at: leaving)
        }
        return narrower
    }

    private static let gap = 2

    /// What each column needs to show all it has.
    private var naturalWidths: [Int] {
        columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, index < $1.count ? $1[index].text.count : 0) }
        }
    }

    // The widest column that may shrink gives way first, until all fit or none can.
    private func widths(in available: Int?) -> [Int] {
        var widths = naturalWidths
        guard let available else { return widths }
        var excess = widths.reduce(Self.gap * (columns.count - 1), +) - available
        while excess > 0 {
            let shrinkable = columns.indices.filter { index in
                columns[index].minimum.map { widths[index] > $0 } ?? false
            }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func lines(_ cells: [Cell], widths: [Int], style: TextStyle) -> [String] {
        guard let last = columns.indices.last, columns[last].wraps, cells.indices.contains(last) else {
            return [line(cells, widths: widths, style: style)]
        }
        let pieces = style.wrapped(cells[last].text, to: widths[last]).map { Cell($0, cells[last].ink) }
        let blanks = Array(repeating: Cell(""), count: last)
        return pieces.enumerated().map { index, piece in
            line((index == 0 ? Array(cells[..<last]) : blanks) + [piece], widths: widths, style: style)
        }
    }

    private func line(_ cells: [Cell], widths: [Int], style: TextStyle) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() where index < widths.count {
            let text = style.fitted(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - text.count)
            let painted = style.paint(text, cell.ink)
            if index > 0 { line += String(repeating: " ", count: Self.gap) }
            let isLast = index == cells.count - 1
            line += columns[index].isNumber ? padding + painted : painted + (isLast ? "" : padding)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
