import LabModel

/// Carries out what a campaign asks for: boots on as many twins as there are, each answer into the journal first.
struct CampaignRunner {
    private(set) var machine: CampaignMachine
    private let clock: any LabClock
    /// Time that earlier runs of this campaign took.
    private var before: Duration = .zero

    init(machine: CampaignMachine, clock: any LabClock) {
        self.machine = machine
        self.clock = clock
    }

    /// Takes what an interrupted run had found.
    mutating func resume(_ entries: [JournalEntry]) {
        machine.resume(entries)
        before = entries.last?.elapsed ?? .zero
    }

    private struct Answer: Sendable {
        var trial: Int
        var number: Int
        var outcome: BootOutcome
    }

    /// - Throws: `infrastructure` when the journal cannot be written; `CancellationError`.
    mutating func run(
        on trials: [any CrashTrial], journal: CampaignJournal,
        disks: @escaping @Sendable (CrashState) async -> (CrashDisk, NetworkDisk),
        release: @escaping @Sendable (NetworkDisk) -> Void,
        progress: @escaping @Sendable (ExplorationProgress) async -> Void
    ) async throws {
        let begin = clock.monotonic()
        try await withThrowingTaskGroup(of: Answer.self) { group in
            var idle = Array(trials.indices.reversed())
            var queue: [BootRequest] = []
            while true {
                try Task.checkCancellation()
                let step = machine.next(elapsed: before + clock.monotonic().duration(since: begin))
                queue += step.boots
                while !queue.isEmpty, let trial = idle.popLast() {
                    let request = queue.removeFirst()
                    group.addTask { [trials] in
                        let (disk, address) = await disks(request.state)
                        defer { release(address) }
                        let facts = try await trials[trial].boot(address)
                        return Answer(
                            trial: trial, number: request.number, outcome: Self.outcome(facts, of: disk))
                    }
                }
                if step.status == .finished { break }
                guard step.status == .waiting || idle.isEmpty, let answer = try await group.next() else { continue }
                idle.append(answer.trial)
                let elapsed = before + clock.monotonic().duration(since: begin)
                if let entry = machine.finished(answer.number, answer.outcome, elapsed: elapsed) {
                    try journal.append(entry)
                }
                await progress(ExplorationProgress(machine.progress))
            }
        }
    }

    /// Facts without evidence of what was read decide nothing.
    static func outcome(_ facts: TrialFacts, of disk: CrashDisk) -> BootOutcome {
        do throws(Failure) {
            var (log, recording) = try disk.evidence()
            // Repeated cuts are cuts of the recovery, not of the update that was tried after it.
            if let began = facts.healBegan {
                recording = recording.prefix(recording.writes.prefix { $0.time < began }.count)
            }
            return BootOutcome(facts: facts, log: log, recording: recording)
        } catch {
            var facts = facts
            facts.end = .infrastructure
            facts.consoleTail.append(error.message)
            return BootOutcome(facts: facts, log: ReadLog())
        }
    }
}

extension ExplorationProgress {
    init(_ progress: CampaignProgress) {
        self.init(
            boots: progress.boots, decided: progress.decided, failing: progress.failing,
            bootsPerMinute: progress.bootsPerMinute, left: Double(progress.left))
    }
}

extension CampaignPlan {
    /// The job's words in the campaign's.
    ///
    /// - Throws: `job` when a verdict is none.
    init(_ plan: PowerCutExploration, twins: Int) throws(Failure) {
        func verdicts(_ words: [String]?, _ standard: Set<Verdict>) throws(Failure) -> Set<Verdict> {
            guard let words else { return standard }
            var verdicts: Set<Verdict> = []
            for word in words {
                guard let verdict = Verdict(rawValue: word) else { throw Failure(.job, "'\(word)' is no verdict") }
                verdicts.insert(verdict)
            }
            return verdicts
        }
        let standard = VerdictPolicy()
        self.init(
            models: plan.models.compactMap { ModelName(rawValue: $0.rawValue) }, jobs: twins, boots: plan.budget.boots,
            time: plan.budget.time, perEpoch: plan.budget.perEpoch, nestedDepth: plan.budget.nestedDepth,
            adversaryCuts: plan.budget.adversaryCuts, startPhases: plan.starts, census: plan.census,
            recheckFraction: plan.recheck, seed: plan.seed,
            rules: VerdictRules(oldVersion: plan.oldVersion, newVersion: plan.newVersion),
            policy: VerdictPolicy(
                beforeSuccess: try verdicts(plan.allowedBefore, standard.beforeSuccess),
                afterSuccess: try verdicts(plan.allowedAfter, standard.afterSuccess)))
    }
}
