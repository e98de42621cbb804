import LabModel
import LabWire

/// What a power cut did.
struct PowerCutView {
    var style: TextStyle

    func lines(_ cut: PowerCutInfo) -> [String] {
        let verdict = cut.outcome + (cut.brickKind.map { " (\($0))" } ?? "")
        let isUndecided = cut.outcome == PowerCutOutcome.undecided.rawValue
        let ink: Ink = cut.allowed ? .green : isUndecided ? .yellow : .red
        let judgement =
            isUndecided
            ? "nothing can be said, which never passes"
            : cut.allowed ? "allowed by the job" : "not allowed by the job"
        var shown = [
            style.paint("power cut \(SafeText.line(cut.name))", .bold),
            "  verdict: \(style.paint(SafeText.line(verdict), ink)), \(judgement)",
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
        if let latency = cut.commandLatency { facts.append("trigger to switch command: \(style.length(latency))") }
        if let latency = cut.silenceLatency {
            let told = latency == 0 ? "nothing more was printed" : style.length(latency)
            facts.append("switch command to silence: \(told)")
        }
        if let version = cut.versionBefore { facts.append("before: \(Self.place(version, cut.slotBefore))") }
        if cut.alive {
            let after = cut.versionAfter.map { Self.place($0, cut.slotAfter) } ?? "alive"
            let took = cut.recoveryTime.map { ", \(style.length($0)) after power-on" } ?? ""
            facts.append("after: \(after)\(took)")
        } else {
            let isUndecided = cut.outcome == PowerCutOutcome.undecided.rawValue
            facts.append(isUndecided ? "after: not seen alive before the watch ended" : "after: not alive")
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
