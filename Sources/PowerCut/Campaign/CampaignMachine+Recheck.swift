import LabModel

extension CampaignMachine {
    // Everything that was decided without a boot: pruned states, and of every leaf of a decision tree that stands for
    // several subsets one of them, chosen by chance.
    func recheckCandidates() -> [(id: StateID, classIndex: Int)] {
        var chance = SplitMix64(seed: plan.seed)
        var candidates = prunedStates
        let known = Dictionary(
            results.compactMap { result in result.classIndex.map { (result.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        for case let subsets as SubsetModel in models {
            for tree in subsets.trees {
                for leaf in tree.leaves {
                    let decided = Set(leaf.present).union(leaf.absent)
                    let open = tree.window.volatile.filter { !decided.contains($0) }
                    let chosen = open.filter { _ in chance.next() & 1 == 1 }
                    guard !chosen.isEmpty, let classIndex = known[leaf.id] else { continue }
                    let cut = StateID.Cut(
                        writes: tree.window.cut,
                        kept: .some(
                            durablePrefix: tree.window.durablePrefix, volatile: (leaf.present + chosen).sorted()))
                    candidates.append((StateID(cut), classIndex))
                }
            }
        }
        // A state of two models is one state, and what was booted anyway needs no second boot.
        var seen = Set(classes.map(\.representative))
        return candidates.filter { seen.insert($0.id).inserted }
    }

    // The seeded choice among them.
    func sample(_ candidates: [(id: StateID, classIndex: Int)]) -> [(id: StateID, classIndex: Int)] {
        var chance = SplitMix64(seed: plan.seed &+ 1)
        let share = (plan.recheckFraction * Double(candidates.count)).rounded(.up)
        let count = min(candidates.count, max(0, plan.recheckMinimum) + Int(max(0, share)))
        var pool = candidates
        for index in 0..<count {
            pool.swapAt(index, (index..<pool.count).randomElement(using: &chance) ?? index)
        }
        return Array(pool.prefix(count))
    }
}
