import Glibc
public import LabModel

extension Laboratory {
    public func verify(
        _ exploration: ExplorationName, plan: PowerCutExploration, sample: CampaignSample, trials: [any CrashTrial],
        progress: @escaping @Sendable (CampaignCheck) async -> Void
    ) async throws -> CampaignCheck {
        let space = try recorded(exploration)
        let campaign = try replay(exploration, plan: plan, space: space)
        let candidates = campaign.recheckCandidates()
        guard !candidates.isEmpty else {
            throw CrashStateError(
                .missing, Failure(.job, "the campaign of job \(exploration.job) pruned nothing: every state was booted")
            )
        }
        let chosen = Self.choose(sample, among: candidates)
        var check = CampaignCheck(candidates: candidates.count, chosen: chosen.count, seed: sample.seed)
        try await serve()
        try await withThrowingTaskGroup(of: (trial: Int, place: Int, facts: TrialFacts?).self) { group in
            var idle = Array(trials.indices.reversed())
            var next = 0
            while next < chosen.count || idle.count < trials.count {
                if next < chosen.count, let trial = idle.popLast() {
                    let place = next
                    next += 1
                    let state = campaign.state(chosen[place].id)
                    group.addTask { [trials] in
                        guard let state else { return (trial, place, nil) }
                        return (trial, place, try await self.observe(state, trials[trial]).facts)
                    }
                    continue
                }
                guard let answer = try await group.next() else { break }
                idle.append(answer.trial)
                check.take(answer.facts, of: chosen[answer.place].id, campaign.classes[chosen[answer.place].classIndex])
                await progress(check)
            }
        }
        return check
    }

    /// The campaign as its journal tells it, without a single boot.
    func replay(
        _ exploration: ExplorationName, plan: PowerCutExploration, space: CrashSpace
    ) throws -> CampaignMachine {
        let files = files(of: exploration)
        guard access(files.journal, F_OK) == 0 else {
            throw CrashStateError(
                .missing, Failure(.job, "job \(exploration.job) has recorded only: no campaign pruned anything"))
        }
        var machine = CampaignMachine(plan: try CampaignPlan(plan, twins: plan.twins ?? processors), space: space)
        let identity = machine.identity + plan.fingerprint
        machine.resume(try CampaignJournal.entries(path: files.journal, identity: identity))
        let unknown = BootOutcome(facts: TrialFacts(end: .infrastructure), log: ReadLog())
        while true {
            let step = machine.next(elapsed: .zero)
            // A campaign that ran out of time did not get to these.
            for boot in step.boots { machine.finished(boot.number, unknown, elapsed: .zero) }
            if step.status == .finished || (step.status == .waiting && step.boots.isEmpty) { return machine }
        }
    }

    private var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private static func choose(
        _ sample: CampaignSample, among candidates: [(id: StateID, classIndex: Int)]
    ) -> [(id: StateID, classIndex: Int)] {
        var chance = SplitMix64(seed: sample.seed)
        let count = min(candidates.count, max(1, Int((sample.share * Double(candidates.count)).rounded(.up))))
        var pool = candidates
        for index in 0..<count {
            pool.swapAt(index, (index..<pool.count).randomElement(using: &chance) ?? index)
        }
        return Array(pool.prefix(count))
    }
}

extension CampaignCheck {
    fileprivate mutating func take(_ facts: TrialFacts?, of state: StateID, _ known: CampaignClass) {
        guard let facts, facts.end != .infrastructure else {
            undecided += 1
            return
        }
        rebooted += 1
        guard facts.essence != known.facts.essence else { return }
        wrong.append(
            Wrong(
                state: state.description, representative: known.representative.description, expected: known.facts,
                got: facts))
    }
}
