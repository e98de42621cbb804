import LabModel

extension ExplorationSummary {
    /// What a campaign's report means for the job that asked for it.
    init(_ report: CampaignReport, of space: CrashSpace) {
        var cases: [Case] = []
        for model in report.models {
            let results = report.results.filter { $0.model == model.model }
            for phase in Self.phases(of: results) {
                let here = results.filter { ($0.phase ?? "none") == phase }
                let decided = here.filter { $0.verdict != .undecided }
                cases.append(
                    Case(
                        name: "\(model.model.rawValue)-\(phase)",
                        isAllowed: decided.isEmpty ? nil : here.allSatisfy(\.isAllowed),
                        metadata: Self.metadata(of: here, model)))
            }
        }
        let failing = report.results.filter { !$0.isAllowed }
        var metadata: [String: DataValue] = [
            "writes": .integer(Int64(report.writeCount)), "boots": .integer(Int64(report.boots)),
            "states": .integer(Int64(report.results.count)), "failing": .integer(Int64(failing.count)),
            "classes": .integer(Int64(report.classes.count)), "end": .string(report.end.rawValue),
            "recheck_booted": .integer(Int64(report.recheck.rebooted)),
            "recheck_wrong": .integer(Int64(report.recheck.wrong.count)),
            "trace": .string(report.trace.description),
        ]
        if let smallest = report.explanations.first {
            metadata["smallest_failing_state"] = .string(smallest.minimal.description)
            metadata["smallest_failing_verdict"] = .string(smallest.verdict.rawValue)
            metadata["console_tail"] = .list(smallest.facts.consoleTail.map { .string($0) })
            metadata["cause"] = smallest.cause.map { .string($0) }
            metadata["passing_neighbour"] = smallest.passing.map { .string($0.description) }
            if let width = smallest.width {
                metadata["window_in_order"] = width.inOrder.map { .double($0.inSeconds) }
                metadata["window_cached"] = width.cached.map { .double($0.inSeconds) }
                metadata["relay_cuts_in_order"] = width.inOrder.flatMap(width.relayCuts).map { .double($0) }
                metadata["relay_cuts_cached"] = width.cached.flatMap(width.relayCuts).map { .double($0) }
            }
        } else if let smallest = failing.map(\.id).min() {
            metadata["smallest_failing_state"] = .string(smallest.description)
        }
        self.init(
            line: Self.line(report), isAllowed: report.passes && report.end == .completed && !report.results.isEmpty,
            isUnsound: !report.isSound, cases: cases, metadata: metadata)
    }

    private static func phases(of results: [StateResult]) -> [String] {
        var seen: [String] = []
        for result in results where !seen.contains(result.phase ?? "none") { seen.append(result.phase ?? "none") }
        return seen.sorted()
    }

    private static func metadata(of results: [StateResult], _ model: ModelReport) -> [String: DataValue] {
        var counts: [String: DataValue] = [:]
        for verdict in Verdict.allCases {
            let count = results.count { $0.verdict == verdict }
            if count > 0 { counts[verdict.rawValue] = .integer(Int64(count)) }
        }
        var metadata: [String: DataValue] = [
            "verdicts": .map(counts), "states": .integer(Int64(results.count)),
            "booted": .integer(Int64(results.count { $0.wasBooted })),
        ]
        metadata["model_covered"] = .double(model.coverage.fraction)
        if let failing = results.filter({ !$0.isAllowed }).map(\.id).min() {
            metadata["smallest_failing_state"] = .string(failing.description)
        }
        return metadata
    }

    /// `62 writes; 1,234 states decided by 33 boots; 12 failing, smallest w54 (bootloader); 10 pruned states booted
    /// again, 0 wrong`.
    private static func line(_ report: CampaignReport) -> String {
        let failing = report.results.filter { !$0.isAllowed }
        var parts = [
            "\(report.writeCount) writes", "\(report.results.count) states decided by \(report.boots) boots",
        ]
        if let smallest = failing.min(by: { $0.id < $1.id }) {
            parts.append("\(failing.count) failing, the smallest \(smallest.id) (\(smallest.verdict.rawValue))")
        } else {
            parts.append("none failing")
        }
        parts.append(
            "\(report.recheck.rebooted) pruned states booted all the same, \(report.recheck.wrong.count) wrong")
        if let cause = report.explanations.first?.cause { parts.append(cause) }
        if report.end != .completed { parts.append("not complete: \(report.end.rawValue)") }
        if !report.isSound { parts.insert("UNSOUND", at: 0) }
        return parts.joined(separator: "; ")
    }
}
