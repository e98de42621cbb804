import LabModel

extension CampaignMachine {
    // Finds out one more thing about the failures, or ends the campaign.
    mutating func explain() {
        guard var task = explaining.first else {
            stage = .finished
            return
        }
        guard let wanted = task.minimiser.wanted, explanationBoots < plan.explanationBoots else {
            explaining.removeFirst()
            explanations.append(explanation(of: task))
            return
        }
        guard let state = state(wanted) else {
            task.minimiser.learned(fails: nil)
            explaining[0] = task
            return
        }
        if let known = index.match(state) {
            task.minimiser.learned(fails: !judge(wanted, index.representatives[known].facts).isAllowed)
            explaining[0] = task
        } else {
            explanationBoots += 1
            launch(state, .explain(task.result.id), .explain)
        }
    }

    mutating func explained(_ state: CrashState, _ outcome: BootOutcome) {
        guard !explaining.isEmpty else { return }
        guard outcome.facts.end != .infrastructure else { return explaining[0].minimiser.learned(fails: nil) }
        _ = represent(state, outcome)
        explaining[0].minimiser.learned(fails: !judge(state.id, outcome.facts).isAllowed)
    }
}
