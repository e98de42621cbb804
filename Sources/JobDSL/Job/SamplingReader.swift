import LabModel

/// Reads a `power_cut` block with `on: real` and many cuts: what to update, where to cut, what passes.
struct SamplingReader {
    let keys: PowerCutReader
    let findings: Findings

    /// Keys that only a campaign has.
    static let ownKeys = ["spread", "targets", "restore", "dry_runs", "power_path"]

    func read(_ map: MapReader) -> Action? {
        let head = CampaignHead(map, keys, findings)
        var sampling = PowerCutSampling(
            name: head.name, run: head.run ?? "", alive: head.alive ?? .init(marker: ""), oldVersion: head.oldVersion,
            newVersion: head.newVersion ?? "")
        readUpdate(map, into: &sampling)
        readCuts(map, into: &sampling)
        readBudget(map, into: &sampling)
        if let alive = head.alive {
            keys.checkVersionGroup(of: alive.marker, at: map.map("alive")?.node("marker")?.position ?? map.position)
        }
        guard head.isWhole else { return nil }
        return .powerCutSampling(sampling)
    }

    private func readUpdate(_ map: MapReader, into sampling: inout PowerCutSampling) {
        if let until = map.map("until") { sampling.until = keys.until(until) }
        if let phases = map.string("phases") { sampling.phases = phases }
        sampling.success = map.string("success")
        sampling.whole = map.node("whole").flatMap { keys.runCommand($0, "`whole`") }
        sampling.prompts = map.oneOrMore("prompts") ?? []
        if let restore = map.node("restore") { sampling.restore = self.restore(restore) ?? .job }
        if let allow = map.map("allow") {
            sampling.allowedBefore = keys.verdicts(allow, "before")
            sampling.allowedAfter = keys.verdicts(allow, "after")
            allow.finish(unknown: .error)
        }
    }

    private func readCuts(_ map: MapReader, into sampling: inout PowerCutSampling) {
        if let cuts = map.int("cuts", in: 1...100_000) { sampling.cuts = cuts }
        if let spread = map.choice("spread", of: PowerCutSampling.Spread.self) { sampling.spread = spread }
        if let offFor = map.duration("off_for") { sampling.offFor = offFor }
        if let runs = map.int("dry_runs", in: 1...20) { sampling.dryRuns = runs }
        if let seed = map.int("seed", in: 0...Int(Int32.max)) { sampling.seed = UInt64(seed) }
        sampling.trigger = map.node("trigger").flatMap { trigger($0) }
        if sampling.trigger != nil, map.node("spread") != nil {
            findings.error(
                at: map.position(of: "spread"), "a campaign takes `spread` or `trigger`, not both",
                suggestion: "`trigger` puts all cuts after one mark")
        }
        if let path = map.map("power_path") {
            let (delay, jitter) = (
                path.duration("delay", allowsZero: true), path.duration("jitter", allowsZero: true)
            )
            path.finish(unknown: .error)
            sampling.powerPath = PowerPath(delay: delay ?? .zero, jitter: jitter ?? .zero)
        }
        if let targets = map.map("targets") {
            let job = targets.required("from").flatMap { findings.int($0, "`from`", in: 1...Int.max) }
            var found = PowerCutSampling.Targets(
                job: JobID(rawValue: Int64(job ?? 0)), block: targets.int("block", in: 0...10_000))
            if let cuts = targets.int("cuts", in: 1...10_000) { found.cuts = cuts }
            targets.finish(unknown: .error)
            if job != nil { sampling.targets = found }
        }
    }

    private func readBudget(_ map: MapReader, into sampling: inout PowerCutSampling) {
        guard let budget = map.map("budget") else { return }
        sampling.budget.time = budget.duration("time")
        sampling.budget.trials = budget.int("trials", in: 1...1_000_000)
        if let search = budget.int("search", in: 0...10_000) { sampling.budget.search = search }
        budget.finish(unknown: .error)
        if let trials = sampling.budget.trials, trials < sampling.cuts {
            findings.error(
                at: map.position(of: "budget"), "`trials` of \(trials) is less than `cuts` of \(sampling.cuts)",
                suggestion: "trials that miss are made again, so leave some more")
        }
    }

    /// `{marker: …, delay: uniform | 300 ms | {from: 0s, to: 2s}}`.
    private func trigger(_ node: YAMLNode) -> PowerCutSampling.Trigger? {
        guard let map = MapReader(node, "`trigger`", findings) else { return nil }
        var trigger = PowerCutSampling.Trigger(marker: map.node("marker") == nil ? nil : map.requiredText("marker"))
        if let delay = map.node("delay") {
            if delay.scalar?.text == "uniform" {
                // Until the phase ends, as without the key.
            } else if delay["from"] != nil || delay["to"] != nil {
                if let range = MapReader(delay, "`delay`", findings) {
                    trigger.from = range.duration("from", allowsZero: true)
                    trigger.to = range.duration("to")
                    range.finish(unknown: .error)
                    if let to = trigger.to, to <= trigger.from ?? .zero {
                        findings.error(at: delay.position, "`to` of `delay` must be longer than `from`")
                    }
                }
            } else if let fixed = findings.duration(delay, "`delay`", allowsZero: true) {
                trigger.from = fixed
                trigger.to = fixed
            }
        } else if trigger.marker == nil {
            findings.error(at: node.position, "`trigger` needs `marker`, `delay` or both")
        }
        map.finish(unknown: .error)
        return trigger
    }

    /// `job`, `nothing` or `{run: …, within: 60s}`.
    private func restore(_ node: YAMLNode) -> PowerCutSampling.Restore? {
        if let word = node.scalar?.text {
            switch word {
            case "job": return .job
            case "nothing": return .nothing
            default:
                findings.unknownWord(word, at: node.position, "`restore`", words: ["job", "nothing"])
                return nil
            }
        }
        guard let map = MapReader(node, "`restore`", findings) else { return nil }
        let run = keys.line(map)
        let within = map.duration("within")
        map.finish(unknown: .error)
        return run.map { .command($0, within: within ?? .seconds(60)) }
    }
}
