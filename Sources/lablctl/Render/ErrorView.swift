import LabModel
import LabWire

/// Why a command failed: what, where, and what to try.
struct ErrorView {
    var style: TextStyle

    func lines(_ error: CommandError) -> [String] {
        // What the message names already is not named twice.
        let named = error.failure.place.flatMap { error.failure.message.contains(" \($0)") ? nil : $0 }
        let place = named.map { SafeText.line($0) + ": " } ?? ""
        let message = error.failure.message.split(separator: "\n").map { SafeText.line(String($0)) }
        var shown = message.enumerated().flatMap { index, line in
            wrapped(
                index == 0 ? "\(style.paint("lablctl:", .red)) \(place)\(line)" : line, indent: index == 0 ? "  " : "")
        }
        shown += error.diagnostics.map {
            "  \($0.line):\($0.column): \(SafeText.line($0.severity)): \(SafeText.line($0.message))"
        }
        if let advice = error.failure.advice {
            shown += wrapped("try: \(SafeText.line(advice))", indent: "       ", first: "  ")
        }
        return shown
    }

    /// Lines that fit, those behind the first with `indent`.
    private func wrapped(_ text: String, indent: String, first: String = "") -> [String] {
        guard let width = style.width, width - indent.count >= 20 else { return [first + text] }
        return style.wrapped(text, to: width - indent.count).enumerated().map { ($0 == 0 ? first : indent) + $1 }
    }
}
