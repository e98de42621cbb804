import Foundation
import LabModel
import PowerCut
import Testing

/// Tree and pruning against brute force: random recordings, boards that depend on what they read.
@Suite struct ExplorationTests {
    /// Eight recordings each: 10,000 in the long run.
    private static let seeds = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] == nil ? 250 : 1250

    @Test(arguments: 0..<8) func everyStateHasTheVerdictThatBootingItWouldGive(part: Int) throws {
        for seed in 0..<Self.seeds {
            var chance = Chance(UInt64(part * 100_000 + seed))
            let trace = ToyTrace(
                &chance, sectors: 4 + chance.upTo(8), writes: 1 + chance.upTo(9),
                volatile: seed % 100 == 0 ? 12 : 2 + chance.upTo(4))
            let boot = ToyBoot(seed: chance.next(), sectors: trace.base.count, steps: 2 + chance.upTo(6))
            try check(trace, boot, jobs: 1 + chance.upTo(3), &chance)
        }
    }

    private func check(_ trace: ToyTrace, _ boot: ToyBoot, jobs: Int, _ chance: inout Chance) throws {
        let space = try trace.space()
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix, .torn, .subsets], jobs: jobs), space)
        campaign.run(&chance) { boot.outcome($0) }
        let report = campaign.machine.report
        let count = trace.writes.count
        var leaves: [Int: [(present: Set<Int>, facts: TrialFacts, weight: Double)]] = [:]
        var seen = (prefixes: 0, torn: 0)
        for result in report.results {
            let facts = report.classes[try #require(result.classIndex)].facts
            let cut = result.id.update
            switch result.model {
            case .prefix:
                seen.prefixes += 1
                let right = facts.essence == boot.run(from: trace.disk { $0 <= cut.writes }).facts.essence
                if !right { Issue.record("\(result.id) of \(trace) is wrong") }
            case .torn:
                seen.torn += 1
                let sectors = trace.writes[cut.writes].values.count
                let kept =
                    switch try #require(cut.torn) {
                    case .first(let count): 0..<count
                    case .last(let count): sectors - count..<sectors
                    }
                let right = boot.run(from: trace.disk(prefix: cut.writes, next: kept)).facts.essence
                if facts.essence != right { Issue.record("\(result.id) of \(trace) is wrong") }
            case .subsets:
                guard case .some(_, let listed) = cut.kept else {
                    Issue.record("not a subset: \(result.id)")
                    continue
                }
                leaves[cut.writes, default: []].append((Set(listed), facts, try #require(result.weight)))
            case .nested, .adversary: break
            }
        }
        let tearable = trace.writes.reduce(0) { $0 + TornModel.parts(ofSectors: $1.values.count).count }
        if seen != (count + 1, tearable) { Issue.record("states are missing in \(trace)") }
        if report.recheck.wrong.count != 0 { Issue.record("unsound: \(report.recheck)") }
        for model in report.models where !model.coverage.isComplete { Issue.record("\(model.model) is incomplete") }
        checkSubsets(trace, boot, space, leaves)
    }

    private func checkSubsets(
        _ trace: ToyTrace, _ boot: ToyBoot, _ space: CrashSpace,
        _ leaves: [Int: [(present: Set<Int>, facts: TrialFacts, weight: Double)]]
    ) {
        let windows = space.epochs.windows
        if windows.map(\.cut) != leaves.keys.sorted() { Issue.record("windows are missing in \(trace)") }
        let count = trace.writes.count
        var volatileSets: [(durable: Set<Int>, all: Set<Int>)] = []
        for window in windows {
            let volatile = (1...count).filter { $0 <= window.cut && !trace.isDurable($0, atCut: window.cut) }
            if volatile != window.volatile { Issue.record("U(\(window.cut)) of \(trace) is not \(window.volatile)") }
            let durable = Set(1...window.cut).subtracting(volatile)
            volatileSets.append((durable, Set(1...window.cut)))
            let parts = leaves[window.cut] ?? []
            if parts.reduce(0, { $0 + $1.weight }) != 1 { Issue.record("weights of \(window) do not add up to 1") }
            // What a leaf stands for: any subset whose boot, by brute force, says the same as one of the leaves with
            // their shares. Shares by outcome have to agree exactly.
            var shares: [TrialFacts.Essence: Double] = [:]
            for bits in 0..<(1 << volatile.count) {
                let kept = Set(volatile.indices.filter { bits >> $0 & 1 == 1 }.map { volatile[$0] })
                let facts = boot.run(from: trace.disk { durable.contains($0) || kept.contains($0) }).facts
                shares[facts.essence, default: 0] += 1 / Double(1 << volatile.count)
            }
            let found = parts.reduce(into: [TrialFacts.Essence: Double]()) {
                $0[$1.facts.essence, default: 0] += $1.weight
            }
            if shares != found { Issue.record("shares of \(window) of \(trace): \(found), not \(shares)") }
        }
        // Every cut's states are states of one of the windows, or have nothing volatile.
        for cut in 0...count {
            let volatile = (1...max(1, cut)).filter { $0 <= cut && !trace.isDurable($0, atCut: cut) }
            let durable = Set((1...max(1, cut)).filter { $0 <= cut }).subtracting(volatile)
            guard !volatile.isEmpty else { continue }
            let isCovered = volatileSets.contains {
                durable.isSuperset(of: $0.durable) && $0.all.isSuperset(of: durable.union(volatile))
            }
            if !isCovered { Issue.record("cut \(cut) of \(trace) is in no window") }
        }
    }
}
