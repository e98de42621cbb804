import LabModel
import LabWire

/// Why a command failed: what, where, and what to try.
struct ErrorView {
    var style: TextStyle

    func lines(_ error: CommandError) -> [String] {
        let place = error.failure.place.map { SafeText.line($0) + ": " } ?? ""
        let message = error.failure.message.split(separator: "\n").map { SafeText.line(String($0)) }
        var shown = ["\(style.paint("lablctl:", .red)) \(place)\(message.joined(separator: "\n"))"]
        shown += error.diagnostics.map {
            "  \($0.line):\($0.column): \(SafeText.line($0.severity)): \(SafeText.line($0.message))"
        }
        if let advice = error.failure.advice { shown.append("  try: \(SafeText.line(advice))") }
        return shown
    }
}
