import LabModel
import PowerCut

/// Runs a campaign to its end with the boots of a function.
struct ToyCampaign {
    var machine: CampaignMachine
    var booted: [StateID] = []
    var journal: [JournalEntry] = []

    init(_ plan: CampaignPlan, _ space: CrashSpace) {
        machine = CampaignMachine(plan: plan, space: space)
    }

    static func plan(_ models: [ModelName], jobs: Int = 1) -> CampaignPlan {
        CampaignPlan(
            models: models, jobs: jobs, boots: .max, perEpoch: .max, census: true,
            rules: VerdictRules(oldVersion: "v1", newVersion: "v2"))
    }

    /// Answers boots in an order that `chance` decides. Ends after `limit` boots at the latest.
    mutating func run(limit: Int = .max, _ chance: inout Chance, boot: (CrashState) -> BootOutcome) {
        var waiting: [BootRequest] = []
        while true {
            let step = machine.next(elapsed: .seconds(booted.count))
            waiting += step.boots
            if step.status == .finished { return }
            guard step.status == .waiting, !waiting.isEmpty else { continue }
            guard booted.count < limit else { return }
            let request = waiting.remove(at: chance.upTo(waiting.count))
            booted.append(request.state.id)
            let entry = machine.finished(request.number, boot(request.state), elapsed: .seconds(booted.count))
            if let entry { journal.append(entry) }
        }
    }
}
