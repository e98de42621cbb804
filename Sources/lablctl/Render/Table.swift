/// Rows under titles, in columns that fit the terminal.
struct Table {
    struct Column {
        var title: String
        var isNumber = false
        /// The narrowest the column may be cut to; nil keeps it whole.
        var minimum: Int?

        init(_ title: String, isNumber: Bool = false, minimum: Int? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.minimum = minimum
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
        let widths = widths(in: style.width)
        let titles = columns.map { Cell($0.title, .bold) }
        return ([titles] + rows).map { line($0, widths: widths, style: style) }
    }

    private static let gap = 2

    // The widest column that may shrink gives way first, until all fit or none can.
    private func widths(in available: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, index < $1.count ? $1[index].text.count : 0) }
        }
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
