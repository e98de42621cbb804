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

/// What a power cut did.
struct PowerCutView {
    var style: TextStyle

    func lines(_ cut: PowerCutInfo) -> [String] {
        let verdict = cut.outcome + (cut.brickKind.map { " (\($0))" } ?? "")
        let ink: Ink = cut.allowed ? .green : .red
        let judgement = cut.allowed ? "allowed" : "not allowed"
        var shown = [
            style.paint("power cut \(SafeText.line(cut.name))", .bold),
            "  verdict: \(style.paint(SafeText.line(verdict), ink)), which the job has as \(judgement)",
        ]
        shown += facts(cut).map { "  " + $0 }
        shown += cut.inferences.map { "  inferred: \(SafeText.line($0))" }
        guard !cut.alive, !cut.lastLines.isEmpty else { return shown }
        shown.append("  last lines of the console:")
        return shown + lastLines(cut, count: 12).map { "    " + $0 }
    }

    /// The end of the console, each line behind a bar.
    func lastLines(_ cut: PowerCutInfo, count: Int) -> [String] {
        let bar = style.paint("|", .dim)
        return cut.lastLines.map(SafeText.line).filter { !$0.isEmpty }.suffix(count).map { "\(bar) \($0)" }
    }

    private func facts(_ cut: PowerCutInfo) -> [String] {
        var facts: [String] = []
        if let line = cut.triggerLine { facts.append("cut at: \(SafeText.line(line))") }
        if let latency = cut.commandLatency { facts.append("trigger to switch command: \(Figures.seconds(latency))") }
        if let latency = cut.silenceLatency { facts.append("switch command to silence: \(Figures.seconds(latency))") }
        if let version = cut.versionBefore { facts.append("before: \(Self.place(version, cut.slotBefore))") }
        if cut.alive {
            let after = cut.versionAfter.map { Self.place($0, cut.slotAfter) } ?? "alive"
            let took = cut.recoveryTime.map { ", \(Figures.seconds($0)) after power-on" } ?? ""
            facts.append("after: \(after)\(took)")
        } else {
            facts.append("after: not alive")
        }
        if let whole = cut.whole { facts.append("whole: \(whole ? "yes" : "no")") }
        facts.append("boots: \(cut.boots)")
        return facts
    }

    /// `version v1, slot A`.
    static func place(_ version: String, _ slot: String?) -> String {
        "version \(SafeText.line(version))" + (slot.map { ", slot \(SafeText.line($0))" } ?? "")
    }
}
