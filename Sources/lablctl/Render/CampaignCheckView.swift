import LabModel
import LabWire

/// How a campaign's pruning did when it was checked.
struct CampaignCheckView {
    var style: TextStyle

    /// On the way.
    func progress(_ check: CampaignCheckInfo) -> String {
        "\(check.rebooted + check.undecided) of \(check.chosen) booted, \(check.wrong.count) wrong"
    }

    func lines(_ check: CampaignCheckInfo) -> [String] {
        let ink: Ink = check.wrong.isEmpty ? .green : .red
        var shown = [
            style.paint("\(check.rebooted) re-booted, \(check.wrong.count) wrong", ink)
                + " (of \(check.candidates) pruned states; seed \(check.seed))"
        ]
        if let bound = check.bound {
            let percent = Figures.number((bound * 1000).rounded() / 10)
            shown.append("  at most \(percent) % of them are wrong, with 95 % confidence")
        }
        if check.undecided > 0 { shown.append("  \(check.undecided) could not be decided, because the lab failed") }
        for wrong in check.wrong.prefix(20) {
            shown.append(
                "  \(SafeText.line(wrong.state)): \(Self.text(wrong.got)); it was pruned for "
                    + "\(SafeText.line(wrong.representative)), which was \(Self.text(wrong.expected))")
        }
        if check.wrong.count > 20 { shown.append("  and \(check.wrong.count - 20) more") }
        return shown
    }

    private static func text(_ facts: TrialFacts) -> String {
        let version = facts.version.map { " version \(SafeText.line($0))" } ?? ""
        let whole = facts.isWhole.map { $0 ? ", whole" : ", not whole" } ?? ""
        return "\(facts.end.rawValue)\(version)\(whole)"
    }
}
