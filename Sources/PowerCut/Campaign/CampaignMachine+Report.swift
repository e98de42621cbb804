import LabModel

/// A failing state whose cause is being looked for.
struct ExplanationTask: Sendable {
    var result: StateResult
    var minimiser: Minimiser
}

extension CampaignMachine {
    /// Kinds of failure that are explained at most.
    static let explanationLimit = 8

    /// Everything known so far.
    public var report: CampaignReport {
        var weights: [StateID: Double] = [:]
        for case let subsets as SubsetModel in models {
            for tree in subsets.trees {
                for leaf in tree.leaves { weights[leaf.id] = leaf.weight }
            }
        }
        var results = self.results
        for place in results.indices where results[place].model == .subsets {
            results[place].weight = weights[results[place].id]
        }
        results.sort { ($0.id, $0.model.rawValue) < ($1.id, $1.model.rawValue) }
        return CampaignReport(
            trace: space.trace.digest, writeCount: space.trace.writes.count, results: results, classes: classes,
            models: zip(models, tallies).map { model, tally in
                ModelReport(
                    model: model.name, coverage: model.coverage, boots: tally.boots, pruned: tally.pruned,
                    withoutBudget: tally.withoutBudget, undecided: tally.undecided)
            }, recheck: recheck, explanations: explanations, end: stage == .finished ? end : .running, boots: boots)
    }

    // One task for each verdict and phase that fails: its smallest state.
    func makeExplanationTasks() -> [ExplanationTask] {
        struct Kind: Hashable {
            var verdict: Verdict
            var phase: String?
        }
        var smallest: [Kind: StateResult] = [:]
        for result in results where !result.isAllowed && result.verdict != .undecided {
            let kind = Kind(verdict: result.verdict, phase: result.phase)
            if let known = smallest[kind], known.id <= result.id { continue }
            smallest[kind] = result
        }
        return smallest.values.sorted { $0.id < $1.id }.prefix(CampaignMachine.explanationLimit).map {
            ExplanationTask(result: $0, minimiser: Minimiser($0.id, space: space))
        }
    }

    func explanation(of task: ExplanationTask) -> Explanation {
        let id = task.result.id
        let failing = failingCuts(around: id)
        let facts = task.result.classIndex.map { classes[$0].facts } ?? TrialFacts(end: .infrastructure)
        var window = failing
        if window == nil, id.recoveries.isEmpty {
            let first = task.minimiser.flip == .presence ? task.minimiser.writes.max() : nil
            window = (first ?? firstVolatile(of: id))...id.update.writes
        }
        var explanation = Explanation(
            state: id, verdict: task.result.verdict, phase: task.result.phase, facts: facts,
            minimal: task.minimiser.minimal, passing: task.minimiser.passing, flip: task.minimiser.flip,
            writes: task.minimiser.writes, failingCuts: failing,
            width: window.flatMap { space.width(of: $0, isInOrder: failing != nil) })
        name(&explanation, saving: task.minimiser.saving)
        return explanation
    }

    private func firstVolatile(of id: StateID) -> Int {
        space.epochs.volatileWrites(atCut: id.update.writes).first ?? id.update.writes
    }

    // The prefixes in a row that fail, around the state's cut; nil unless it is such a prefix.
    private func failingCuts(around id: StateID) -> ClosedRange<Int>? {
        guard id == .prefix(id.update.writes) else { return nil }
        let failing = Set(
            results.lazy.filter { !$0.isAllowed && $0.id == .prefix($0.id.update.writes) }.map(\.id.update.writes))
        var first = id.update.writes
        var last = first
        while failing.contains(first - 1) { first -= 1 }
        while failing.contains(last + 1) { last += 1 }
        return first...last
    }
}
