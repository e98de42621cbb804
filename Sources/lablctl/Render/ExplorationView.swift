import LabModel
import LabWire

/// What an exploration of power cuts found.
struct ExplorationView {
    var style: TextStyle

    func lines(_ ending: JobFollower.Ending) -> [String] {
        var shown: [String] = []
        if let row = ending.results.exploration {
            shown.append("\(style.mark(TestResult(name: row.result) ?? .unknown)) \(SafeText.line(row.name))")
            shown.append("  " + SafeText.line(row.metadata["verdict"]?.string ?? ""))
            if let state = row.metadata["smallest_failing_state"]?.string {
                shown.append(
                    style.paint(
                        "  `lablctl powercut boot \(ending.job.id) '\(SafeText.line(state))' --console` puts you in front of it",
                        .dim))
            }
        }
        return shown + [JobView(style: style).ending(ending.job)]
    }
}
