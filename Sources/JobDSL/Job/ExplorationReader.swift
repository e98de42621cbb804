import LabModel

/// Reads a `power_cut` block with `on: virtual`: what to record, which crash states to look at, what passes.
struct ExplorationReader {
    let keys: PowerCutReader
    let findings: Findings

    func read(_ map: MapReader) -> Action? {
        let name = map.string("name") ?? "power-cut"
        keys.checkWord(name, at: map.position(of: "name"))
        let run = keys.command(map, "start")
        let alive = map.required("alive").flatMap { keys.alive($0) }
        let versions = map.required("versions").flatMap { MapReader($0, "`versions`", findings) }
        let old = versions?.string("old")
        let new = versions?.requiredText("new")
        versions?.finish(unknown: .error)
        var exploration = PowerCutExploration(
            name: name, run: run ?? "", alive: alive ?? .init(marker: ""), oldVersion: old, newVersion: new ?? "")
        readRecording(map, into: &exploration)
        readCampaign(map, into: &exploration)
        guard run != nil, alive != nil, new != nil else { return nil }
        return .powerCutExploration(exploration)
    }

    private func readRecording(_ map: MapReader, into exploration: inout PowerCutExploration) {
        if let until = map.map("until") {
            exploration.until.marker = until.string("marker")
            exploration.until.then = until.node("then").flatMap { keys.runCommand($0, "`then`") }
            if let settle = until.duration("settle", allowsZero: true) { exploration.until.settle = settle }
            until.finish(unknown: .error)
        }
        if let phases = map.string("phases") { exploration.phases = phases }
        exploration.success = map.string("success")
        exploration.whole = map.node("whole").flatMap { keys.runCommand($0, "`whole`") }
        exploration.prompts = map.oneOrMore("prompts") ?? []
    }

    private func readCampaign(_ map: MapReader, into exploration: inout PowerCutExploration) {
        if let models = map.list("models") {
            if models.isEmpty { findings.error(at: map.position(of: "models"), "`models` needs at least one model") }
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
        exploration.twins = map.int("twins", in: 1...64)
        if let seed = map.int("seed", in: 0...Int(Int32.max)) { exploration.seed = UInt64(seed) }
        if let percent = map.int("recheck_percent", in: 0...100) { exploration.recheck = Double(percent) / 100 }
        if let census = map.bool("census") { exploration.census = census }
        if let allow = map.map("allow") {
            exploration.allowedBefore = allow.list("before").map(verdicts)
            exploration.allowedAfter = allow.list("after").map(verdicts)
            allow.finish(unknown: .error)
        }
    }

    private func verdicts(_ nodes: [YAMLNode]) -> [String] {
        nodes.compactMap { node in
            guard let word = findings.string(node, "a verdict of `allow`") else { return nil }
            guard PowerCutExploration.allowableVerdicts.contains(word) else {
                findings.unknownWord(
                    word, at: node.position, "a verdict of `allow`", words: PowerCutExploration.allowableVerdicts)
                return nil
            }
            return word
        }
    }
}
