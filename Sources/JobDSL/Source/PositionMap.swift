import LabModel
import Yams

/// Turns libyaml's marks, which count Unicode scalars, into positions that count characters.
struct PositionMap {
    private let file: String?
    /// The lines of a text that is not plain ASCII; nil where a scalar is a character.
    private let lines: [Substring.UnicodeScalarView]?
    /// Columns further right are left as they are: converting costs time in proportion.
    private let convertedColumns = 300

    init(_ text: String, file: String?) {
        self.file = file
        lines = text.utf8.allSatisfy { $0 < 0x80 } ? nil : PositionMap.lines(of: text)
    }

    func position(_ mark: Mark?) -> SourcePosition {
        guard let mark else { return SourcePosition(file: file, line: 1, column: 1) }
        let line = max(1, mark.line)
        return SourcePosition(file: file, line: line, column: column(max(1, mark.column), line: line))
    }

    func start(ofLine line: Int) -> SourcePosition { SourcePosition(file: file, line: line, column: 1) }

    private func column(_ column: Int, line: Int) -> Int {
        guard let lines, column <= convertedColumns, lines.indices.contains(line - 1) else { return column }
        return String(String.UnicodeScalarView(lines[line - 1].prefix(column - 1))).count + 1
    }

    // YAML 1.1 section 4.2: CR LF, CR, LF, NEL, LS and PS end a line.
    private static func lines(of text: String) -> [Substring.UnicodeScalarView] {
        let scalars = text.unicodeScalars
        var lines: [Substring.UnicodeScalarView] = []
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            switch scalar {
            case "\r" where next < scalars.endIndex && scalars[next] == "\n": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(scalars[start..<index])
                start = next
            default: break
            }
            index = next
        }
        lines.append(scalars[start...])
        return lines
    }
}
