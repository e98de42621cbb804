import LabModel
import LabWire

/// One event of the lab as a line.
struct EventView {
    var style: TextStyle

    func line(_ event: EventInfo) -> String {
        let place = [event.job.map { "job \($0)" }, event.board.map(SafeText.line)].compactMap { $0 }
        let number = style.paint("\(event.seq)", .dim)
        let details = LogView.plainText(event.data)
        var line = "\(number) \(Figures.time(event.at)) \(style.paint(SafeText.line(event.kind), ink(event.kind)))"
        if !place.isEmpty { line += " " + place.joined(separator: ", ") }
        if !details.isEmpty { line += style.paint("  " + SafeText.line(String(details.prefix(400))), .dim) }
        return line
    }

    private func ink(_ kind: String) -> Ink {
        switch LabEvent.Kind(rawValue: kind) {
        case .power, .boardState, .boardHealth: .yellow
        case .consoleFinding, .jobInterrupted: .red
        case .verdict, .result: .cyan
        default: .bold
        }
    }
}
