import LabWire

/// Why nothing new starts.
struct PauseView {
    var style: TextStyle

    func lines(_ pauses: [PauseInfo]) -> [String] {
        pauses.map { style.paint("paused", .yellow) + "  " + SafeText.line($0.text) }
    }
}
