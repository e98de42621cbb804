import LabModel
import LabWire

/// Why a job ended as it did.
struct ExplanationOfJobView {
    var style: TextStyle

    func lines(_ explanation: JobExplanationInfo) -> [String] {
        var shown = style.hanging(
            style.paint("job \(explanation.job)", .bold) + ": ",
            style.paint(SafeText.line(explanation.summary), ink(explanation)))
        if let failure = explanation.failure {
            let step = failure.place.map { " in step \(SafeText.line($0))" } ?? ""
            shown += style.hanging(
                "  ", "failed\(step) (\(SafeText.line(failure.type))): \(SafeText.line(failure.message))")
        }
        if let good = explanation.reference {
            let name = good.sameJob ? "the same job" : SafeText.line(good.jobName)
            shown += style.hanging(
                "  ",
                "compared with job \(good.job) of \(Figures.time(good.ended)) UTC (\(name)), which booted in "
                    + Figures.seconds(good.bootTime))
        }
        shown += way(explanation)
        if !explanation.advice.isEmpty {
            shown.append("")
            shown += explanation.advice.flatMap { style.hanging("try: ", SafeText.line($0)) }
        }
        return shown
    }

    /// The point where the ways part.
    private func way(_ explanation: JobExplanationInfo) -> [String] {
        var rows: [(title: String, lines: [Stamped], ink: Ink)] = []
        if let common = explanation.lastCommon {
            rows.append(("last common line", [stamped(common.failed)], .plain))
        }
        let isExpected = !explanation.expected.isEmpty
        if isExpected { rows.append(("expected next", explanation.expected.map(stamped), .green)) }
        if !explanation.instead.isEmpty {
            rows.append(("came instead", explanation.instead.map(stamped), .red))
        } else if isExpected, let silence = explanation.silence {
            rows.append(("came instead", [Stamped(text: "nothing for \(Figures.seconds(silence))")], .red))
        }
        if let fatal = explanation.fatal, !explanation.instead.contains(fatal) {
            rows.append(("gave up with", [stamped(fatal)], .red))
        }
        if !explanation.missing.isEmpty { rows.append(("missing before", explanation.missing.map(stamped), .yellow)) }
        if !explanation.unusual.isEmpty { rows.append(("unusual before", explanation.unusual.map(stamped), .yellow)) }
        if let lost = explanation.lostTime, lost.seconds >= 1 {
            rows.append(
                (
                    "most time lost",
                    [Stamped(stamp: "\(Figures.seconds(lost.seconds)) before: ", line: lost.line.failed)],
                    .yellow
                ))
        }
        guard !rows.isEmpty else { return [] }
        var shown = [""]
        for (title, lines, ink) in rows {
            for (index, line) in lines.enumerated() {
                let name = index == 0 ? title : ""
                let padding = String(repeating: " ", count: 18 - name.count)
                shown += style.hanging(
                    style.paint(name, .dim) + padding + style.paint(line.stamp, ink), style.paint(line.text, ink))
            }
        }
        if let matched = explanation.matched, let lines = explanation.lines, lines > 0, matched * 2 < lines {
            shown.append(
                style.paint(
                    "only \(matched) of its \(lines) lines are known from the good boot: another image, and a loose comparison",
                    .dim))
        }
        return shown
    }

    /// A console's line behind its time.
    private struct Stamped {
        var stamp = ""
        var text: String

        init(text: String) {
            self.text = text
        }

        init(stamp: String = "", line: BootLineInfo) {
            let time = Figures.seconds(line.at)
            self.stamp = stamp + String(repeating: " ", count: max(0, 8 - time.count)) + time + "  "
            text = SafeText.line(line.text)
        }
    }

    private func stamped(_ line: BootLineInfo) -> Stamped { Stamped(line: line) }

    private func ink(_ explanation: JobExplanationInfo) -> Ink {
        switch JobExplanation.Kind(rawValue: explanation.kind) {
        case .complete: .green
        case .unfinished, .canceled: .yellow
        default: .red
        }
    }
}
