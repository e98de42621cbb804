import LabModel
import LabWire

/// What a job found out: its test cases by suite, then its power cuts.
struct ResultsView {
    var style: TextStyle

    func lines(_ results: JobResults) -> [String] {
        guard !results.results.isEmpty || !results.powerCuts.isEmpty else { return ["no results"] }
        var shown: [String] = []
        for suite in results.results.suites {
            shown.append(style.paint(SafeText.line(suite.name), .bold))
            shown += suite.cases.map { "  " + line($0) }
        }
        for cut in results.powerCuts { shown += PowerCutView(style: style).lines(cut) }
        return shown
    }

    /// One test case.
    func line(_ result: ResultInfo) -> String {
        let mark = style.mark(TestResult(name: result.result) ?? .unknown)
        var line = "\(mark) \(SafeText.line([result.set, result.name].compactMap { $0 }.joined(separator: "/")))"
        if let measurement = result.measurement {
            let text = Figures.measurement(measurement, units: result.units ?? "")
            line += style.paint(" = \(text)", .cyan)
        }
        if let reason = result.metadata["error_msg"]?.string { line += ": " + style.paint(SafeText.line(reason), .red) }
        return line
    }
}

extension [ResultInfo] {
    /// The suites in the order of their first case.
    var suites: [(name: String, cases: [ResultInfo])] {
        var order: [String] = []
        var cases: [String: [ResultInfo]] = [:]
        for result in self {
            if cases[result.suite] == nil { order.append(result.suite) }
            cases[result.suite, default: []].append(result)
        }
        return order.map { ($0, cases[$0] ?? []) }
    }
}
