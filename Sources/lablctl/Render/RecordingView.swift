import LabModel
import LabWire

/// A recorded update in numbers.
struct RecordingView {
    var style: TextStyle

    func lines(_ recording: RecordingInfo) -> [String] {
        var shown = [
            style.paint("job \(recording.job), block \(recording.block)", .bold)
                + ": \(recording.writes) writes, \(recording.flushes) flushes, \(Figures.bytes(recording.bytes)) in "
                + style.length(recording.duration)
        ]
        let width = recording.phases.map { SafeText.line($0.name).count }.max() ?? 0
        for phase in recording.phases {
            let name = SafeText.line(phase.name)
            let first = "w\(phase.firstWrite)"
            let range = phase.firstWrite == phase.lastWrite ? first : "\(first) to w\(phase.lastWrite)"
            shown.append(
                "  \(name)\(String(repeating: " ", count: width - name.count))  \(range), \(Figures.bytes(phase.bytes))"
            )
        }
        shown.append(
            recording.writesBeforeSuccess.map { "  success reported after w\($0)" } ?? "  success was never reported")
        let command = "lablctl powercut explore \(recording.job)"
        shown.append("  states: w0 to w\(recording.writes), and what `\(command)` derives")
        return shown
    }
}
