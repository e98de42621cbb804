import LabModel

/// The rows that a job's results get.
extension SamplingReport {
    var summary: ExplorationSummary {
        var cases = phases.map { row(of: $0.name, $0.counts) }
        cases += targets.map { target in
            ExplorationSummary.Case(
                name: target.stratum.name, isAllowed: isAllowed(target.counts),
                metadata: self.metadata(of: target.counts).merging(facts(of: target.stratum)) { own, _ in own })
        }
        let whole = whole
        var metadata = metadata(of: whole)
        metadata["end"] = .string(machine.end?.rawValue ?? "running")
        metadata["trials"] = .integer(Int64(machine.trials.count))
        metadata["seed"] = .integer(Int64(clamping: machine.plan.seed))
        metadata["power_path_delay"] = .double(machine.path.delay.inSeconds)
        metadata["power_path_jitter"] = .double(machine.path.jitter.inSeconds)
        metadata["power_path_cuts"] = .integer(Int64(machine.path.cuts))
        metadata["windows"] = windows.isEmpty ? nil : .list(windows.map(\.data))
        metadata["notes"] = machine.notes.isEmpty ? nil : .list(machine.notes.map { .string($0) })
        if !faults.isEmpty { metadata["invalid_reasons"] = .map(faults) }
        return ExplorationSummary(line: line, isAllowed: passes, isUnsound: false, cases: cases, metadata: metadata)
    }

    private func row(of name: String, _ counts: Counts) -> ExplorationSummary.Case {
        // A failure that a search for a window's borders found is a failure of its phase, though no sample of it.
        let failed = failing.contains { $0.phase == name }
        var metadata = self.metadata(of: counts)
        if let phase = machine.timeline?.phases.first(where: { $0.name == name }) {
            metadata["phase_length"] = .double(phase.length.inSeconds)
        }
        let found = windows.filter { $0.phase == name }
        if !found.isEmpty { metadata["windows"] = .list(found.map(\.data)) }
        return ExplorationSummary.Case(
            name: name, isAllowed: failed ? false : isAllowed(counts), metadata: metadata)
    }

    /// Nil: nothing can be said.
    private func isAllowed(_ counts: Counts) -> Bool? {
        if counts.failures > 0 { return false }
        return counts.hits > 0 && counts.undecided == 0 ? true : nil
    }

    private func metadata(of counts: Counts) -> [String: DataValue] {
        let bounds = counts.bounds
        var metadata: [String: DataValue] = [
            "cuts": .integer(Int64(counts.cuts)), "hits": .integer(Int64(counts.hits)),
            "missed": .integer(Int64(counts.missed)), "invalid": .integer(Int64(counts.invalid)),
            "failures": .integer(Int64(counts.failures)), "undecided": .integer(Int64(counts.undecided)),
            "bound": .double(bounds.upper()),
            "verdicts": .map(
                Dictionary(
                    counts.verdicts.map { ($0.key.rawValue, .integer(Int64($0.value))) },
                    uniquingKeysWith: { first, _ in first })),
        ]
        if bounds.failures > 0 {
            let interval = bounds.interval()
            metadata["interval"] = .list([.double(interval.lowerBound), .double(interval.upperBound)])
        }
        return metadata
    }

    private func facts(of target: Stratum) -> [String: DataValue] {
        guard case .target(let twin) = target.kind else { return [:] }
        return [
            "state": .string(twin.state), "twin_verdict": .string(twin.verdict.rawValue),
            "aimed_from": .double(target.from.inSeconds), "aimed_to": .double(target.to.inSeconds),
        ]
    }

    private var faults: [String: DataValue] {
        var counts: [String: Int] = [:]
        for trial in machine.trials {
            switch trial.status {
            case .invalid(let fault): counts[fault.rawValue, default: 0] += 1
            case .missed(let miss): counts[miss.rawValue, default: 0] += 1
            case .hit: break
            }
        }
        return counts.mapValues { .integer(Int64($0)) }
    }

    /// `300 cuts hit in 5 phases, none failing: at most 1 % of cuts fail (95 %); 3 missed, 1 invalid`.
    var line: String {
        let whole = whole
        var parts: [String] = []
        let hits = "\(whole.hits) cuts hit the update"
        if failing.isEmpty {
            parts.append("\(hits), none failing: at most \(whole.bounds.upper().percentText) of cuts fail (95 %)")
        } else {
            let kinds = Set(failing.compactMap(\.verdict)).map(\.rawValue).sorted().joined(separator: ", ")
            parts.append("\(hits), \(whole.failures) of them failing; \(failing.count) failing in all (\(kinds))")
        }
        parts += windows.map { "fails in '\($0.phase)' \($0.text)" }
        if whole.undecided > 0 { parts.append("\(whole.undecided) undecided") }
        parts.append("\(whole.missed) missed, \(whole.invalid) invalid")
        if let end = machine.end, end != .completed { parts.append("not complete: \(end.rawValue)") }
        return parts.joined(separator: "; ")
    }
}

extension SamplingReport.Window {
    /// `from 417 ms to 446 ms (± 3 ms)`.
    var text: String {
        "from \(from.milliText) to \(to.milliText) (± \(borders.uncertainty.milliText))"
    }

    fileprivate var data: DataValue {
        .map([
            "phase": .string(phase), "from": .double(from.inSeconds), "to": .double(to.inSeconds),
            "uncertainty": .double(borders.uncertainty.inSeconds), "cuts": .integer(Int64(borders.cutsInside)),
            "failures": .integer(Int64(borders.failuresInside)), "rough": .bool(borders.isRough),
        ])
    }
}

extension Double {
    /// A share as `0.99 %`.
    var percentText: String {
        let percent = self * 100
        let factor: Double = percent < 1 ? 1000 : percent < 10 ? 100 : 10
        let rounded = (percent * factor).rounded() / factor
        return rounded == rounded.rounded() ? "\(Int64(rounded)) %" : "\(rounded) %"
    }
}
