import LabWire

/// Why nothing new starts.
struct PauseView {
    var style: TextStyle

    func lines(_ pauses: [PauseInfo]) -> [String] {
        FieldList(style: style).lines(pauses.map { ("paused", style.paint(SafeText.line($0.text), .yellow)) })
    }
}
