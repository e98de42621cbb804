import LabModel
import LabWire

/// One event of the lab as a line: number, time, kind, job, board and what happened, in columns.
struct EventView {
    var style: TextStyle

    func line(_ event: EventInfo) -> String {
        let job = event.job.map { "job \($0)" } ?? ""
        let board = event.board.map(SafeText.line) ?? ""
        let kind = SafeText.line(event.kind)
        let ending = Self.padded(job, to: 7) + "  " + Self.padded(board, to: 10) + "  "
        let start = "\(Self.padded(event.seq)) \(Figures.time(event.at)) "
        let used = start.count + max(kind.count, Self.kindWidth) + 2 + ending.count
        let details = EventDetails(style: style).text(event)
        let shown = style.width.map { style.fitted(details, to: max(16, $0 - used)) } ?? details
        let gap = String(repeating: " ", count: max(0, Self.kindWidth - kind.count) + 2)
        let line = style.paint(start, .dim) + style.paint(kind, ink(event.kind)) + gap + ending
        return shown.isEmpty ? Self.trimmed(line) : line + style.paint(shown, .dim)
    }

    private static let kindWidth = LabEvent.Kind.allCases.map(\.rawValue.count).max() ?? 0

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func padded(_ number: Int64) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    private func ink(_ kind: String) -> Ink {
        switch LabEvent.Kind(rawValue: kind) {
        case .power, .boardState, .boardHealth, .boardAdded, .boardChanged, .boardRemoved, .boardRepaired,
            .labPaused, .scheduleSkipped:
            .yellow
        case .consoleFinding, .jobInterrupted, .boardBroken, .scheduleFailed: .red
        case .verdict, .result: .cyan
        default: .bold
        }
    }
}
