import LabModel

/// A campaign as JUnit XML: one case for each phase and model, so that CI shows where it fails.
struct JUnitReport {
    let document: CampaignDocument

    var xml: String {
        var cases = ""
        var (tests, failures, skipped) = (0, 0, 0)
        for model in document.models {
            let states = document.states.filter { $0.model == model.name }
            for phase in phases(of: states) {
                let here = states.filter { ($0.phase ?? "none") == phase }
                tests += 1
                cases +=
                    "  <testcase classname=\"\(Markup.escaped(document.title)).\(model.name)\" "
                    + "name=\"\(Markup.escaped(phase))\">"
                let failing = here.filter { !$0.isAllowed && $0.verdict != .undecided }
                if let smallest = failing.min(by: { $0.id < $1.id }) {
                    failures += 1
                    cases += """

                            <failure message="\(failing.count) of \(here.count) states fail, the smallest is \
                        \(Markup.escaped(smallest.id.description)): \(smallest.verdict.rawValue)">\
                        \(Markup.escaped(details(of: phase)))</failure>

                        """ + "  "
                } else if here.contains(where: { $0.verdict == .undecided }) {
                    skipped += 1
                    cases += "<skipped message=\"\(here.count { $0.verdict == .undecided }) states are undecided\"/>"
                }
                cases += "</testcase>\n"
            }
        }
        // What holds for the campaign as a whole is a case too: an unsound one must not look green.
        tests += 1
        cases += "  <testcase classname=\"\(Markup.escaped(document.title))\" name=\"sound\">"
        if !document.isSound {
            failures += 1
            cases +=
                "<failure message=\"\(document.recheck.wrong.count) pruned states did something else when booted\"/>"
        }
        cases += "</testcase>\n"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="\(Markup.escaped(document.title))" tests="\(tests)" failures="\(failures)" \
            skipped="\(skipped)" time="\((document.milliseconds / 10).rounded() / 100)">
            \(cases)</testsuite>

            """
    }

    /// The causes of a phase's failures, with the console's last lines.
    private func details(of phase: String) -> String {
        document.explanations.filter { ($0.phase ?? "none") == phase }.map { failure in
            var lines = ["\(failure.verdict.rawValue) at \(failure.minimal)"]
            if let passing = failure.passing { lines.append("passes: \(passing)") }
            if let cause = failure.cause { lines.append(cause) }
            if let cuts = failure.relayCutsInOrder ?? failure.relayCutsCached {
                lines.append("relay cuts at random moments to hit it once (95 %): about \(Int(min(cuts, 1e15)))")
            }
            return (lines + failure.consoleTail.map { "| " + $0 }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private func phases(of states: [CampaignDocument.State]) -> [String] {
        var seen: [String] = []
        for state in states where !seen.contains(state.phase ?? "none") { seen.append(state.phase ?? "none") }
        return seen
    }
}
