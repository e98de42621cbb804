import LabModel

/// A campaign as one page that needs no network: the strip, what fails and why, what is covered, and what is not.
struct ReportPage {
    let document: CampaignDocument

    var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escaped(document.title)): power cuts</title>
        <style>\(PageStyle.sheet)</style></head>
        <body>
        <h1>\(Markup.escaped(document.title))</h1>
        <p class="verdict \(document.passes ? "good" : "bad")"><b>\(headline)</b> \(Markup.escaped(document.line)).</p>
        <section><h2>Every place where power can go</h2>
        <p>One column for each number of writes that had reached the disk. A framed column fails. \
        Arrow keys move from state to state, + and - zoom, 0 shows all again.</p>
        <p class="tools"><button type="button" data-zoom="1.25">Zoom in</button> \
        <button type="button" data-zoom="0.8">Zoom out</button> \
        <button type="button" data-zoom="0">All</button></p>
        <div class="strip-frame" id="strip" tabindex="0" role="group" aria-label="states by number of writes">\(StripDrawing(document: document).svg)</div>
        <p id="detail" class="detail" aria-live="polite">&nbsp;</p>
        \(legend)</section>
        \(failures)
        \(failingClasses)
        \(changes)
        \(ranges)
        \(coverage)
        \(gaps)
        \(circumstances)
        <script>\(PageStyle.script)</script>
        </body></html>

        """
    }

    private var headline: String {
        if !document.isSound { return "Unsound: no verdict counts." }
        if document.states.contains(where: { $0.verdict.isBrick && !$0.isAllowed }) { return "It can be bricked." }
        if document.states.contains(where: { !$0.isAllowed }) { return "Fails." }
        return document.end == "completed" ? "Survives." : "Nothing found, and not complete."
    }

    private var legend: String {
        let used = Set(document.states.map(\.verdict))
        let entries = Verdict.allCases.filter(used.contains).map { verdict in
            let style = VerdictStyle(verdict)
            return """
                <li><svg class="swatch" viewBox="0 0 22 22" aria-hidden="true">\(swatch(verdict, style))</svg> \
                <b>\(verdict.rawValue)</b>: \(style.words)</li>
                """
        }
        return "<ul class=\"legend\">\(entries.joined())</ul>"
    }

    /// As the strip draws it.
    private func swatch(_ verdict: Verdict, _ style: VerdictStyle) -> String {
        let hatch =
            style.hatch == nil
            ? "" : "<rect width=\"22\" height=\"22\" fill=\"url(#hatch-\(verdict.rawValue))\"/>"
        let ink = verdict.severity > 3 ? "#fff" : "#000"
        return "<rect width=\"22\" height=\"22\" fill=\"\(style.color)\"/>\(hatch)"
            + "<text x=\"11\" y=\"15\" text-anchor=\"middle\" font-size=\"12\" fill=\"\(ink)\">\(style.letter)</text>"
    }

    // MARK: - Tables

    /// Runs of cuts with the same verdict, by model.
    private var ranges: String {
        var rows = ""
        for model in document.models {
            let states = document.states.filter { $0.model == model.name }
                .sorted { ($0.id.update.writes, $0.id) < ($1.id.update.writes, $1.id) }
            var runs: [(first: Int, last: Int, verdict: Verdict, isAllowed: Bool, count: Int)] = []
            for state in states {
                let cut = state.id.update.writes
                if let last = runs.last, last.verdict == state.verdict, last.isAllowed == state.isAllowed {
                    runs[runs.count - 1].last = max(last.last, cut)
                    runs[runs.count - 1].count += 1
                } else {
                    runs.append((cut, cut, state.verdict, state.isAllowed, 1))
                }
            }
            for run in runs.prefix(400) {
                let cuts = run.first == run.last ? "w\(run.first)" : "w\(run.first) – w\(run.last)"
                rows +=
                    "<tr class=\"\(run.isAllowed ? "" : "fails")\"><td>\(model.name)</td><td>\(cuts)</td>"
                    + "<td>\(run.verdict.rawValue)</td><td>\(run.isAllowed ? "allowed" : "fails")</td>"
                    + "<td class=\"n\">\(run.count)</td></tr>"
            }
            if runs.count > 400 {
                rows +=
                    "<tr><td>\(model.name)</td><td colspan=\"4\">\(runs.count - 400) more rows: report.json</td></tr>"
            }
        }
        return """
            <section><h2>Verdicts by range</h2><div class="wide"><table><thead><tr><th>model</th><th>cuts</th><th>verdict</th><th></th>\
            <th>states</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private var coverage: String {
        let rows = document.models.map { model in
            let size = model.coverage.states.map(Self.count) ?? "unknown"
            let share =
                model.coverage.isComplete
                ? "complete" : "\((model.coverage.fraction * 1000).rounded() / 10) %"
            return "<tr><td>\(model.name)</td><td class=\"n\">\(size)</td><td>\(share)</td>"
                + "<td class=\"n\">\(model.boots)</td><td class=\"n\">\(model.pruned)</td>"
                + "<td class=\"n\">\(model.undecided)</td></tr>"
        }.joined()
        let recheck = document.recheck
        let bound = recheck.bound.map { ", so at most \((($0 * 1000).rounded()) / 10) % are wrong (95 %)" } ?? ""
        return """
            <section><h2>Coverage</h2><table><thead><tr><th>model</th><th>states</th><th>covered</th><th>boots</th>\
            <th>pruned</th><th>undecided</th></tr></thead><tbody>\(rows)</tbody></table>
            <p>\(document.boots) boots in all. Of \(recheck.candidates) states that were not booted because their reads \
            could not differ, \(recheck.rebooted) were booted all the same, \(recheck.wrong.count) wrong\(bound).</p>
            \(wrong)</section>
            """
    }

    /// Large counts as powers of ten: their digits say nothing.
    private static func count(_ states: Double) -> String {
        guard states >= 1e6 else { return "\(Int(states))" }
        var (mantissa, exponent) = (states, 0)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return "\((mantissa * 10).rounded() / 10)·10<sup>\(exponent)</sup>"
    }

    private var wrong: String {
        guard !document.recheck.wrong.isEmpty else { return "" }
        let items = document.recheck.wrong.map {
            "<li><code>\(Markup.escaped($0.state.description))</code> was taken for "
                + "<code>\(Markup.escaped($0.representative.description))</code>: expected \(facts($0.expected)), "
                + "got \(facts($0.got)). \(reason($0))</li>"
        }
        return "<p><b>No verdict of this campaign counts:</b></p><ul>\(items.joined())</ul>"
    }

    private func facts(_ facts: TrialFacts) -> String {
        Markup.escaped(facts.end.rawValue + (facts.version.map { " " + $0 } ?? ""))
    }

    private func reason(_ wrong: CampaignDocument.Recheck.Wrong) -> String {
        let representative = "<code>\(Markup.escaped(wrong.representative.description))</code>"
        switch wrong.reason {
        case .representativeVaries:
            return "Booted again, \(representative) did something else too: "
                + "\(wrong.expectedAgain.map(facts) ?? ""). The board is not deterministic."
        case .stateVaries:
            return "Booted again, it did something else: \(wrong.gotAgain.map(facts) ?? ""). "
                + "The board is not deterministic."
        case .readsVary:
            return "Both do the same again, and a second boot of \(representative) read more than the first: "
                + "what is read is left to chance."
        case .unseen:
            return "Both do the same again and read the same: something decides that the recorder does not see, "
                + "such as the clock or a memory beside the disk."
        case .unknown: return ""
        }
    }

    private var gaps: String {
        "<section><h2>What was not covered</h2><ul>"
            + document.gaps.map { "<li>\(Markup.escaped($0))</li>" }.joined() + "</ul></section>"
    }

    private var circumstances: String {
        let machine = document.machine.sorted { $0.key < $1.key }
            .map { "<tr><th>\(Markup.escaped($0.key))</th><td>\(Markup.escaped($0.value))</td></tr>" }.joined()
        return """
            <section><h2>Circumstances</h2><table><tr><th>recorded</th><td>\(Markup.escaped(document.recordedAt))</td></tr>\
            <tr><th>writes, flushes</th><td>\(document.writes.count), \(document.flushes.count)</td></tr>\
            <tr><th>length</th><td>\(time(document.milliseconds))</td></tr>\
            <tr><th>trace</th><td><code>\(document.trace)</code></td></tr>\(machine)</table></section>
            """
    }
}
