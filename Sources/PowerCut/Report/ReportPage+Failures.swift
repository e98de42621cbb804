import LabModel

/// What fails: each kind explained, each class once, and the writes at which the verdict changes.
extension ReportPage {
    var failures: String {
        guard !document.explanations.isEmpty else { return "" }
        return "<section><h2>What fails, each kind once</h2>"
            + document.explanations.map(explained).joined() + "</section>"
    }

    private func explained(_ failure: CampaignDocument.Explained) -> String {
        var facts = [
            ("Smallest failing state", code(failure.minimal)), ("Phase", Markup.escaped(failure.phase ?? "none")),
        ]
        if let passing = failure.passing { facts.append(("Nearest state that passes", code(passing))) }
        if !failure.writes.isEmpty { facts.append(("What makes the difference", difference(failure))) }
        if let ending = failure.ending {
            let what = failure.firstFailingCut == nil ? "Would have saved it" : "What ends it"
            facts.append((what, named(ending)))
        }
        if let first = failure.firstFailingCut, let last = failure.lastFailingCut {
            facts.append(("Failing cuts in a row", first == last ? "w\(first)" : "w\(first) to w\(last)"))
        }
        if let window = failure.windowInOrder {
            facts.append(
                ("Open for, if the device writes in order", "\(time(window))\(cuts(failure.relayCutsInOrder))"))
        }
        if let window = failure.windowCached {
            facts.append(("Open for, until the next flush", "\(time(window))\(cuts(failure.relayCutsCached))"))
        }
        let rows = facts.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>" }.joined()
        let cause = failure.cause.map { "<p class=\"cause\">\(Markup.escaped($0))</p>" } ?? ""
        return """
            <article><h3>\(failure.verdict.rawValue): \(VerdictStyle(failure.verdict).words)</h3>\(cause)
            <div class="wide"><table>\(rows)</table></div><p>The console's last lines:</p>\
            <pre>\(tail(failure.consoleTail))</pre></article>
            """
    }

    private func difference(_ failure: CampaignDocument.Explained) -> String {
        let words = [
            "presence": "is on the disk, and must not be alone", "absence": "is missing", "tearing": "is torn",
            "recovery": "of the recovery boot is on the disk",
        ]
        var text = failure.named.map { "<div>\(named($0))</div>" }.joined()
        let more = failure.writes.count - failure.named.count
        if more > 0 { text += (text.isEmpty ? "\(more) writes" : "<div>and \(more) more writes</div>") }
        let who = failure.writes.count > 1 ? "each" : "it"
        return text + (words[failure.flip].map { "<div><small>\(who) \($0)</small></div>" } ?? "")
    }

    private func named(_ write: NamedWrite) -> String {
        var text = "<b>write \(write.number)</b> <small>(\(write.length) bytes at \(write.offset))</small>"
        guard !write.places.isEmpty else { return text }
        text += "<ul class=\"places\">"
        for place in write.places {
            let changes = place.changes.map { "<li>\(Markup.escaped($0))</li>" }.joined()
            text += "<li>\(Markup.escaped(place.text))\(changes.isEmpty ? "" : "<ul>\(changes)</ul>")</li>"
        }
        return text + (write.morePlaces > 0 ? "<li>and \(write.morePlaces) more</li>" : "") + "</ul>"
    }

    // MARK: - Classes

    /// States that recovery cannot tell apart, of which at least one fails.
    var failingClasses: String {
        var failing: [Int: (smallest: StateID, count: Int)] = [:]
        for state in document.states where !state.isAllowed {
            guard let number = state.classNumber else { continue }
            let known = failing[number]
            failing[number] = (min(known?.smallest ?? state.id, state.id), (known?.count ?? 0) + 1)
        }
        guard !failing.isEmpty else { return "" }
        let asksConfirmed = document.classes.contains { $0.facts.confirmedVersion != nil }
        let sorted = failing.sorted { ($0.value.smallest, $0.key) < ($1.value.smallest, $1.key) }
        let rows = sorted.filter { document.classes.indices.contains($0.key) }.map { number, states in
            row(document.classes[number], smallest: states.smallest, count: states.count, asksConfirmed)
        }
        return """
            <section><h2>Failing classes</h2>
            <p>States in one class gave the same bytes to everything that was read. Each was booted once, as \
            the state in the first column.</p><div class="wide"><table><thead><tr><th>booted</th><th>smallest that fails</th>\
            <th>failing states</th><th>verdicts</th><th>alive</th><th>whole</th>\(asksConfirmed ? "<th>confirmed</th>" : "")\
            <th>boots</th><th>console</th></tr></thead><tbody>\(rows.joined())</tbody></table></div></section>
            """
    }

    private func row(
        _ known: CampaignDocument.Class, smallest: StateID, count: Int, _ asksConfirmed: Bool
    ) -> String {
        let facts = known.facts
        let verdicts = known.verdicts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let alive = facts.end == .alive ? facts.version ?? "yes" : words(facts.end)
        let confirmed = asksConfirmed ? "<td>\(Markup.escaped(facts.confirmedVersion ?? "not asked"))</td>" : ""
        return """
            <tr><td>\(code(known.representative))</td><td>\(code(smallest))</td><td class="n">\(count)</td>\
            <td>\(Markup.escaped(verdicts.joined(separator: ", ")))</td><td>\(Markup.escaped(alive))</td>\
            <td>\(facts.isWhole.map { $0 ? "yes" : "no" } ?? "not asked")</td>\(confirmed)<td class="n">\(facts.boots)</td>\
            <td><details><summary>\(facts.consoleTail.count) lines</summary><pre>\(tail(facts.consoleTail))</pre></details>\
            </td></tr>
            """
    }

    private func words(_ end: TrialFacts.End) -> String {
        switch end {
        case .alive: "yes"
        case .bootloaderPrompt: "no: boot loader's prompt"
        case .silence: "no: silence"
        case .rebootLoop: "no: starts again and again"
        case .infrastructure: "not known"
        }
    }

    // MARK: - Changes

    /// The writes at which the verdict of a prefix changes.
    var changes: String {
        guard !document.changes.isEmpty else { return "" }
        let rows = document.changes.map { change in
            """
            <tr class="\(change.isAllowedAfter ? "" : "fails")"><td>w\(change.write.number)</td>\
            <td>\(change.before.rawValue), then \(change.after.rawValue)</td>\
            <td>\(Markup.escaped(change.phase ?? "none"))</td><td>\(named(change.write))</td></tr>
            """
        }.joined()
        return """
            <section><h2>Where the verdict changes</h2><p>Of a device that writes in order.</p>
            <div class="wide"><table><thead><tr><th>from</th><th>verdict</th><th>phase</th><th>what it wrote</th></tr>\
            </thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    // MARK: - Pieces

    func time(_ milliseconds: Double) -> String {
        if milliseconds < 1 { return "\(Int((milliseconds * 1000).rounded())) µs" }
        if milliseconds < 1000 { return "\((milliseconds * 10).rounded() / 10) ms" }
        return "\((milliseconds / 10).rounded() / 100) s"
    }

    private func cuts(_ count: Double?) -> String {
        count.map { ": about \(Int(min($0, 1e15))) relay cuts at random moments to hit it once (95 %)" } ?? ""
    }

    func code(_ state: StateID) -> String { "<code>\(Markup.escaped(state.description))</code>" }

    private func tail(_ lines: [String]) -> String { lines.map(Markup.escaped).joined(separator: "\n") }
}
