import LabModel
import LabWire

/// Findings about a job's text, as compilers show them: the place, the line, and a caret under it.
struct DiagnosticView {
    var style: TextStyle
    /// The file's name as the person gave it.
    var file: String
    private let lines: [Substring]

    init(style: TextStyle, file: String, text: String) {
        self.style = style
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    func lines(for diagnostic: DiagnosticInfo) -> [String] {
        let isError = diagnostic.severity == "error"
        let severity = style.paint(SafeText.line(diagnostic.severity) + ":", isError ? .red : .yellow)
        let place = style.paint("\(file):\(diagnostic.line):\(diagnostic.column):", .bold)
        var shown = ["\(place) \(severity) \(SafeText.line(diagnostic.message))"]
        shown += source(line: diagnostic.line, column: diagnostic.column)
        if let suggestion = diagnostic.suggestion {
            shown.append("\(style.paint("  help:", .cyan)) \(SafeText.line(suggestion))")
        }
        return shown
    }

    func lines(for feature: UnsupportedInfo) -> [String] {
        let place = style.paint("\(file):\(feature.line):\(feature.column):", .bold)
        let text = "\(style.paint("unsupported:", .yellow)) \(SafeText.line(feature.name)) does not run yet"
        return ["\(place) \(text)"] + source(line: feature.line, column: feature.column)
    }

    /// The line with a caret under the column; nothing for a place outside the text.
    private func source(line number: Int, column: Int) -> [String] {
        guard lines.indices.contains(number - 1), column >= 1 else { return [] }
        // A tab counts as one character in a column, so it is shown as one.
        let whole = lines[number - 1].map { $0 == "\t" || $0 == "\r" ? " " : $0 }
        let gutter = String(number)
        let room = max(20, (style.width ?? 160) - gutter.count - 4)
        let first = column > room - 10 ? max(0, column - room / 2) : 0
        let part = SafeText.line(String(whole.dropFirst(first).prefix(room)))
        let caret = String(repeating: " ", count: max(0, column - 1 - first)) + style.paint("^", .green)
        let margin = String(repeating: " ", count: gutter.count)
        return ["\(style.paint(gutter + " |", .dim)) \(part)", "\(style.paint(margin + " |", .dim)) \(caret)"]
    }
}
