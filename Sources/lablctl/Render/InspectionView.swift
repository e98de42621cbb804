import LabModel
import LabWire

/// What was found when a board was held against its file and its type.
struct InspectionView {
    var style: TextStyle

    func lines(_ info: InspectionInfo, of board: String) -> [String] {
        let width = info.findings.map(\.subject.count).max() ?? 0
        let unknown = info.findings.count { $0.outcome == InspectionReport.Outcome.unknown.rawValue }
        let verdict =
            !info.isSound
            ? style.paint("does not fit its description", .red)
            : unknown > 0
                ? style.paint("nothing failed, \(unknown) unknown", .yellow) : style.paint("as described", .green)
        return info.findings.flatMap { finding -> [String] in
            let padding = String(repeating: " ", count: width - finding.subject.count)
            let line = "\(mark(finding.outcome)) \(finding.subject)\(padding)  \(SafeText.line(finding.detail))"
            return [line] + (finding.advice.map { [style.paint("    try: ", .cyan) + SafeText.line($0)] } ?? [])
        } + ["", "\(SafeText.line(board)): \(verdict)"]
    }

    private func mark(_ outcome: String) -> String {
        switch InspectionReport.Outcome(rawValue: outcome) {
        case .passed: style.paint("ok     ", .green)
        case .failed: style.paint("failed ", .red)
        case .unknown: style.paint("unknown", .yellow)
        case .skipped, nil: style.paint("skipped", .dim)
        }
    }
}
