import LabModel

/// Reads a `power_cut` block with `on: virtual`: what to record, which crash states to look at, what passes.
struct ExplorationReader {
    let keys: PowerCutReader
    let findings: Findings

    func read(_ map: MapReader) -> Action? {
        let head = CampaignHead(map, keys, findings)
        var exploration = PowerCutExploration(
            name: head.name, run: head.run ?? "", alive: head.alive ?? .init(marker: ""), oldVersion: head.oldVersion,
            newVersion: head.newVersion ?? "")
        readRecording(map, into: &exploration)
        readCampaign(map, into: &exploration)
        guard head.isWhole else { return nil }
        return .powerCutExploration(exploration)
    }

    private func readRecording(_ map: MapReader, into exploration: inout PowerCutExploration) {
        if let until = map.map("until") { exploration.until = keys.until(until) }
        if let phases = map.string("phases") { exploration.phases = phases }
        exploration.success = map.string("success")
        exploration.whole = map.node("whole").flatMap { keys.runCommand($0, "`whole`") }
        exploration.confirmed = map.node("confirmed").flatMap { confirmed($0) }
        exploration.acknowledged = acknowledged(map, isAnswered: map.node("confirmed") != nil)
        if let heal = map.node("heal").flatMap({ keys.runCommand($0, "`heal`") }) {
            exploration.heal = heal == "same_update" ? exploration.run : heal
        }
        exploration.prompts = map.oneOrMore("prompts") ?? []
        exploration.trace = map.node("trace").flatMap { trace($0) }
    }

    /// `{run: "...", answer: 'confirmed=(\S+)'}`.
    private func confirmed(_ node: YAMLNode) -> PowerCutExploration.Question? {
        guard let map = MapReader(node, "`confirmed`", findings) else { return nil }
        let run = keys.line(map)
        let answer = map.requiredText("answer")
        map.finish(unknown: .error)
        guard let run, let answer else { return nil }
        if !hasCapturingGroup(answer) {
            findings.error(
                at: map.position(of: "answer"), "`answer` has no group that tells the version", excerpt: answer)
        }
        return .init(run: run, answer: answer)
    }

    /// `'LABD-ACK (\d+)\s'`.
    private func acknowledged(_ map: MapReader, isAnswered: Bool) -> String? {
        guard let text = map.string("acknowledged") else { return nil }
        let place = map.position(of: "acknowledged")
        if !hasCapturingGroup(text) {
            findings.error(at: place, "`acknowledged` has no group that tells the number", excerpt: text)
        }
        if !isAnswered {
            findings.error(
                at: place, "`acknowledged` needs `confirmed`, which tells up to which number everything is there",
                excerpt: text)
        }
        return text
    }

    /// `12`, or `{job: 12, block: 1}`.
    private func trace(_ node: YAMLNode) -> PowerCutExploration.Source? {
        let jobs = 1...Int(Int64.max)
        guard node.entries != nil else {
            return findings.int(node, "`trace`", in: jobs).map { .init(job: JobID(rawValue: Int64($0))) }
        }
        guard let map = MapReader(node, "`trace`", findings) else { return nil }
        let job = map.required("job").flatMap { findings.int($0, "`job`", in: jobs) }
        let block = map.int("block", in: 0...10_000)
        map.finish(unknown: .error)
        return job.map { .init(job: JobID(rawValue: Int64($0)), block: block) }
    }

    private func readCampaign(_ map: MapReader, into exploration: inout PowerCutExploration) {
        if let models = map.list("models") {
            // An empty list records, and explores nothing.
            exploration.models = models.compactMap { findings.choice($0, "an entry of `models`") }
        }
        if let budget = map.map("budget") {
            if let boots = budget.int("boots", in: 1...1_000_000) { exploration.budget.boots = boots }
            exploration.budget.time = budget.duration("time")
            if let count = budget.int("per_epoch", in: 1...100_000) { exploration.budget.perEpoch = count }
            if let depth = budget.int("nested_depth", in: 1...10) { exploration.budget.nestedDepth = depth }
            if let cuts = budget.int("adversary_cuts", in: 1...100) { exploration.budget.adversaryCuts = cuts }
            budget.finish(unknown: .error)
        }
        exploration.starts = map.oneOrMore("starts")
        exploration.twins = map.int("twins", in: 1...64)
        if let seed = map.int("seed", in: 0...Int(Int32.max)) { exploration.seed = UInt64(seed) }
        if let percent = map.int("recheck_percent", in: 0...100) { exploration.recheck = Double(percent) / 100 }
        if let census = map.bool("census") { exploration.census = census }
        if let allow = map.map("allow") {
            exploration.allowedBefore = keys.verdicts(allow, "before")
            exploration.allowedAfter = keys.verdicts(allow, "after")
            allow.finish(unknown: .error)
        }
    }
}
