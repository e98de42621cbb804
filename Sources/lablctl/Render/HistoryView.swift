import LabModel
import LabWire

/// How a test case ended lately.
struct HistoryView {
    var style: TextStyle

    func lines(_ history: CaseHistory) -> [String] {
        guard !history.outcomes.isEmpty else {
            return ["no outcome of `\(SafeText.line(history.name))`" + (history.cut ? " among the newest results" : "")]
        }
        var table = Table([
            .init("RESULT"), .init("JOB", isNumber: true), .init("BOARD", minimum: 8),
            .init("BUILD", minimum: 10, leaves: 2), .init("MEASUREMENT", leaves: 3),
            .init("SUITE", minimum: 8, leaves: 4),
            .init("LOGGED (UTC)"), .init("JOB NAME", minimum: 12, leaves: 1),
        ])
        table.rows = history.outcomes.map { outcome in
            [
                .init(outcome.result, ink(outcome.result)), .init(String(outcome.job)), .init(outcome.board ?? "-"),
                .init(outcome.build?.name ?? "?"),
                .init(outcome.measurement.map { Figures.measurement($0, units: outcome.units ?? "") } ?? "-"),
                .init([outcome.suite, outcome.set].compactMap { $0 }.joined(separator: "/")),
                .init(Figures.time(outcome.logged)), .init(outcome.jobName),
            ]
        }
        return [summary(history)] + table.lines(in: style)
            + (history.cut
                ? [style.paint("older results were not looked at: the filters leave out very many", .dim)] : [])
    }

    /// `boot-time: 47 passed, 3 failed of the last 50`.
    private func summary(_ history: CaseHistory) -> String {
        let parts = TestResult.allCases.compactMap { result -> String? in
            let count = history.outcomes.count { $0.result == result.name }
            let words = [TestResult.pass: "passed", .fail: "failed", .skip: "skipped", .unknown: "unknown"]
            return count > 0 ? "\(count) \(words[result] ?? "")" : nil
        }
        return style.paint(SafeText.line(history.name), .bold)
            + ": \(parts.joined(separator: ", ")) of the last \(history.outcomes.count)"
    }

    private func ink(_ result: String) -> Ink {
        switch TestResult(name: result) {
        case .pass: .green
        case .fail: .red
        default: .yellow
        }
    }
}
