import LabModel
import LabWire

/// What one boot of a crash state came to.
struct CrashBootView {
    var style: TextStyle

    func lines(_ boot: CrashBootInfo) -> [String] {
        let isUndecided = boot.verdict == "undecided"
        let ink: Ink = isUndecided ? .yellow : boot.allowed ? .green : .red
        let judgement =
            isUndecided
            ? "the lab failed, nothing can be said" : boot.allowed ? "allowed by the job" : "not allowed by the job"
        var shown = [
            "\(style.paint(SafeText.line(boot.state), .bold)): "
                + "\(style.paint(SafeText.line(boot.verdict), ink)), \(judgement)"
        ]
        shown += facts(boot).map { "  " + $0 }
        guard !boot.lastLines.isEmpty else { return shown }
        shown.append("  last lines of the console:")
        let bar = style.paint("|", .dim)
        return shown + boot.lastLines.map(SafeText.line).filter { !$0.isEmpty }.map { "    \(bar) \($0)" }
    }

    private func facts(_ boot: CrashBootInfo) -> [String] {
        let moment = boot.afterSuccess ? "after" : "before"
        var facts = [
            "cut: " + (boot.phase.map { "in phase \(SafeText.line($0)), " } ?? "")
                + "\(moment) the updater reported success"
        ]
        if let version = boot.version {
            facts.append("runs: \(PowerCutView.place(version, boot.slot))")
        } else {
            facts.append("runs: \(Self.end(boot.end))")
        }
        if let whole = boot.whole { facts.append("whole: \(whole ? "yes" : "no")") }
        if let confirmed = boot.confirmed { facts.append("confirmed: \(SafeText.line(confirmed))") }
        if let healed = boot.healed { facts.append("updated again: \(healed ? "yes" : "no")") }
        facts.append("boots: \(boot.boots), \(style.length(boot.seconds)) in all")
        return facts
    }

    private static func end(_ word: String) -> String {
        switch TrialFacts.End(rawValue: word) {
        case .alive: "something that did not say its version"
        case .bootloaderPrompt: "nothing; the boot loader waits at its prompt"
        case .silence: "nothing; the console fell silent"
        case .rebootLoop: "nothing; it starts again and again"
        case .infrastructure, nil: "not known"
        }
    }
}
