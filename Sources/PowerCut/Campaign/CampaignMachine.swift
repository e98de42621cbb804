import LabModel

/// A campaign as a state machine: hands out boots, is told what came of them, and knows at any time what is proven.
/// It does no input and output and has no clock; the runner around it does (`CampaignJournal` keeps its answers).
///
/// Given the same plan, space and answers in the same order it asks for the same boots in the same order.
public struct CampaignMachine: Sendable {
    public let plan: CampaignPlan
    public let space: CrashSpace

    var models: [any CrashModel]
    var tallies: [Tally]
    var index: PruningIndex
    var classes: [CampaignClass] = []
    var results: [StateResult] = []
    var stage = CampaignProgress.Stage.exploring
    var end = CampaignEnd.running
    var recheck = RecheckResult()
    var explanations: [Explanation] = []

    // Boots under way, by number; those of `unsent` were not handed out yet.
    private var flights: [Int: Flight] = [:]
    private var unsent: [Int] = []
    private var nextNumber = 1
    private var bootCount = 0
    private var exploringBoots = 0
    private var isStopped = false
    // Recovery boots that states of `nested` and `adversary` go through.
    var recordings: [StateID: BootRecording] = [:]
    // States that were pruned, with their class.
    var prunedStates: [(id: StateID, classIndex: Int)] = []
    private var recheckQueue: [(id: StateID, classIndex: Int)] = []
    // Boots that are still to be made because a re-check was wrong.
    var doubts: [Doubt] = []
    var explaining: [ExplanationTask] = []
    var explanationBoots = 0
    // Answers of an earlier run, and whether they still explain everything that is asked.
    private var journal: [JournalKey: [Int]] = [:]
    private var journalEntries: [JournalEntry] = []
    private var clock = Duration.zero

    private struct Flight: Sendable {
        var request: BootRequest
        var task: FlightTask
        var attempt: Int
    }

    enum FlightTask: Sendable {
        case explore(model: Int)
        case recheck(classIndex: Int)
        case doubt(wrong: Int, isRepresentative: Bool)
        case explain
    }

    private struct JournalKey: Hashable {
        var state: StateID
        var reason: BootReason
    }

    struct Tally: Sendable {
        var boots = 0
        var pruned = 0
        var withoutBudget = 0
        var undecided = 0
    }

    /// Boots of the same state when the lab failed, before it is left undecided.
    static let attempts = 3

    public init(plan: CampaignPlan, space: CrashSpace) {
        self.plan = plan
        self.space = space
        models = plan.makeModels(space)
        tallies = Array(repeating: Tally(), count: models.count)
        index = PruningIndex(space)
    }

    /// What makes the answers of one campaign worthless for another; for `CampaignJournal`.
    public var identity: String {
        "labd power-cut campaign 2\ntrace \(space.trace.digest)\nbase \(space.trace.header.baseDigest)\n"
            + "rules \(plan.rules.oldVersion ?? "-") \(plan.rules.newVersion)\n"
    }

    // MARK: Asking

    /// What to do next. `elapsed` is the time since the campaign began, all its runs together; `limit` bounds the states
    /// that are decided without a boot in this call.
    public mutating func next(elapsed: Duration, limit: Int = 2000) -> CampaignStep {
        if journal.isEmpty { clock = max(clock, elapsed) }
        var worked = 0
        var isIdle = false
        while worked < limit, !isIdle {
            isIdle = fill(&worked, limit: limit)
            // One answer at a time, as they came then: each makes room for the next boot.
            if isIdle, answerFromJournal() { isIdle = false }
        }
        // Whatever the journal could not answer is asked now, so from here on time runs as it is given.
        if !unsent.isEmpty, isIdle { clock = max(clock, elapsed) }
        let boots = unsent.sorted().compactMap { flights[$0]?.request }
        unsent = []
        let status: CampaignStep.Status =
            stage == .finished ? .finished : isIdle ? .waiting : .working
        return CampaignStep(boots: boots, status: status)
    }

    /// Starts no more boots; the campaign is finished when those under way are answered.
    public mutating func stop() {
        isStopped = true
    }

    /// Takes the answers of earlier runs of this campaign; before the first `next`. No boot among them is asked again.
    public mutating func resume(_ entries: [JournalEntry]) {
        journalEntries = entries
        for (index, entry) in entries.enumerated() {
            journal[JournalKey(state: entry.state, reason: entry.reason), default: []].append(index)
        }
    }

    // Starts what can be started. True when there is nothing to do before an answer comes, or ever.
    private mutating func fill(_ worked: inout Int, limit: Int) -> Bool {
        while worked < limit {
            worked += 1
            if stage == .exploring, isStopped || isOutOfTime {
                endExploring(isStopped ? .stopped : .outOfTime)
            }
            if isStopped, stage != .finished {
                guard flights.isEmpty else { return true }
                stage = .finished
                end = .stopped
            }
            switch stage {
            case .finished:
                return true
            case .exploring:
                guard flights.count < plan.jobs else { return true }
                guard explore() else {
                    guard flights.isEmpty else { return true }
                    endExploring(tallies.contains { $0.withoutBudget > 0 } ? .outOfBoots : .completed)
                    continue
                }
            case .rechecking:
                guard flights.count < plan.jobs else { return true }
                if let doubt = doubts.popLast() {
                    launch(doubt.state, .doubt(of: recheck.wrong[doubt.wrong].state), doubt.task)
                    continue
                }
                guard let next = recheckQueue.popLast() else {
                    guard flights.isEmpty else { return true }
                    stage = .explaining
                    explaining = makeExplanationTasks()
                    continue
                }
                guard let state = state(next.id) else { continue }
                launch(
                    state, .recheck(of: classes[next.classIndex].representative),
                    .recheck(classIndex: next.classIndex))
            case .explaining:
                guard flights.isEmpty else { return true }
                explain()
            }
        }
        return false
    }

    private var isOutOfTime: Bool {
        plan.time.map { clock >= $0 } ?? false
    }

    private mutating func endExploring(_ reason: CampaignEnd) {
        end = reason
        stage = .rechecking
        let candidates = recheckCandidates()
        recheck.candidates = candidates.count
        recheckQueue = sample(candidates).reversed()
    }

    // MARK: Exploring

    // Decides one more state or starts its boot. False when no model has one now.
    private mutating func explore() -> Bool {
        for model in models.indices {
            guard let id = models[model].next() else { continue }
            guard let state = state(id) else {
                tallies[model].undecided += 1
                models[model].gaveUp(id)
                return true
            }
            if let known = index.match(state) {
                tallies[model].pruned += 1
                decide(id, model: model, classIndex: known, wasBooted: false)
            } else if exploringBoots < plan.boots {
                exploringBoots += 1
                launch(state, .explore(models[model].name), .explore(model: model))
            } else {
                tallies[model].withoutBudget += 1
                models[model].gaveUp(id)
            }
            return true
        }
        return false
    }

    // The state of a name, if every recovery boot it goes through is known.
    func state(_ id: StateID) -> CrashState? {
        var chain: [BootRecording] = []
        var parent = id.parent
        while let ancestor = parent {
            guard let recording = recordings[ancestor] else { return nil }
            chain.append(recording)
            parent = ancestor.parent
        }
        return try? CrashState(id, in: space, recoveries: chain.reversed())
    }

    mutating func launch(_ state: CrashState, _ reason: BootReason, _ task: FlightTask, attempt: Int = 1) {
        let request = BootRequest(number: nextNumber, state: state, reason: reason)
        flights[nextNumber] = Flight(request: request, task: task, attempt: attempt)
        unsent.append(nextNumber)
        nextNumber += 1
    }

    // MARK: Answers

    /// Takes the outcome of boot `number`. Returns what the journal has to keep, nil for a number that is not under way.
    @discardableResult
    public mutating func finished(_ number: Int, _ outcome: BootOutcome, elapsed: Duration) -> JournalEntry? {
        guard let flight = flights[number] else { return nil }
        clock = max(clock, elapsed)
        var outcome = outcome
        outcome.recording = outcome.recording.bounded(writes: plan.recordedWrites)
        deliver(number, outcome)
        return JournalEntry(
            state: flight.request.state.id, reason: flight.request.reason, outcome: outcome, elapsed: clock)
    }

    private mutating func answerFromJournal() -> Bool {
        guard !journal.isEmpty else { return false }
        let known = unsent.compactMap { number -> (entry: Int, number: Int, key: JournalKey)? in
            guard let request = flights[number]?.request else { return nil }
            let key = JournalKey(state: request.state.id, reason: request.reason)
            return journal[key]?.first.map { ($0, number, key) }
        }
        guard let first = known.min(by: { $0.entry < $1.entry }) else { return false }
        journal[first.key]?.removeFirst()
        if journal[first.key]?.isEmpty == true { journal[first.key] = nil }
        unsent.removeAll { $0 == first.number }
        clock = max(clock, journalEntries[first.entry].elapsed)
        deliver(first.number, journalEntries[first.entry].outcome)
        return true
    }

    private mutating func deliver(_ number: Int, _ outcome: BootOutcome) {
        guard let flight = flights.removeValue(forKey: number) else { return }
        bootCount += 1
        let state = flight.request.state
        if outcome.facts.end == .infrastructure, flight.attempt < CampaignMachine.attempts, !isStopped {
            return launch(state, flight.request.reason, flight.task, attempt: flight.attempt + 1)
        }
        switch flight.task {
        case .explore(let model): explored(state, model: model, outcome)
        case .recheck(let classIndex): rechecked(state, classIndex: classIndex, outcome)
        case .doubt(let wrong, let isRepresentative): doubted(wrong, isRepresentative: isRepresentative, outcome)
        case .explain: explained(state, outcome)
        }
    }

    private mutating func explored(_ state: CrashState, model: Int, _ outcome: BootOutcome) {
        tallies[model].boots += 1
        guard outcome.facts.end != .infrastructure else {
            tallies[model].undecided += 1
            models[model].gaveUp(state.id)
            return results.append(
                StateResult(
                    id: state.id, model: models[model].name, verdict: .undecided, isAllowed: false,
                    phase: space.phase(of: state.id), isAfterSuccess: space.isAfterSuccess(state.id),
                    wasBooted: true))
        }
        decide(state.id, model: model, classIndex: represent(state, outcome), wasBooted: true)
    }

    // Makes a booted state the representative of a new class.
    func makeClass(_ state: CrashState, _ outcome: BootOutcome) -> CampaignClass {
        CampaignClass(
            representative: state.id, facts: outcome.facts, verdicts: [:], count: 0, smallest: state.id,
            readSectors: outcome.log.sectorCount)
    }

    mutating func represent(_ state: CrashState, _ outcome: BootOutcome) -> Int {
        classes.append(makeClass(state, outcome))
        return index.add(
            Representative(state: state, facts: outcome.facts, log: outcome.log, recording: outcome.recording))
    }

    private mutating func decide(_ id: StateID, model: Int, classIndex: Int, wasBooted: Bool) {
        let representative = index.representatives[classIndex]
        let lost =
            space.dependsOnLosses(atCut: id.update.writes)
            ? (models[model] as? SubsetModel)?.lostWrites(id, representative.log) : nil
        let judged = judge(id, representative.facts, lost: lost)
        results.append(
            StateResult(
                id: id, model: models[model].name, verdict: judged.verdict, isAllowed: judged.isAllowed,
                phase: judged.phase, isAfterSuccess: judged.isAfterSuccess, classIndex: classIndex,
                wasBooted: wasBooted))
        classes[classIndex].count += 1
        classes[classIndex].verdicts[judged.verdict, default: 0] += 1
        classes[classIndex].smallest = min(classes[classIndex].smallest, id)
        if !wasBooted { prunedStates.append((id, classIndex)) }
        if models[model].name == .nested || models[model].name == .adversary {
            recordings[id] = representative.recording
        }
        models[model].learned(
            id,
            Lesson(log: representative.log, isFailing: !judged.isAllowed, recording: representative.recording))
    }

    func judge(
        _ id: StateID, _ facts: TrialFacts, lost: [Int]? = nil
    ) -> (verdict: Verdict, isAllowed: Bool, phase: String?, isAfterSuccess: Bool) {
        let phase = space.phase(of: id)
        let isAfter = lost.map { space.isAfterSuccess(id, lost: $0) } ?? space.isAfterSuccess(id)
        var facts = facts
        // Falling back takes two boots: the first of them may have been the recorded one.
        if !isAfter, space.hasStarted(plan.rules.newVersion, before: id) { facts.sawNewVersion = true }
        let acknowledged = lost.map { space.acknowledged(before: id, lost: $0) } ?? space.acknowledged(before: id)
        let verdict = plan.rules.verdict(facts, afterSuccess: isAfter, acknowledged: acknowledged)
        return (verdict, plan.policy.allows(verdict, phase: phase, afterSuccess: isAfter), phase, isAfter)
    }

    // MARK: Looking in

    /// How far the campaign is.
    public var progress: CampaignProgress {
        CampaignProgress(
            stage: stage, boots: bootCount, inFlight: flights.count, decided: results.count,
            pruned: prunedStates.count, failing: results.count { !$0.isAllowed },
            left: models.reduce(0) { sum, model in
                guard model.name == .prefix || model.name == .torn else { return sum }
                return sum + max(0, Int(model.coverage.states ?? 0) - model.coverage.handedOut)
            }, elapsed: clock)
    }

    /// Boots so far, all reasons together.
    public var boots: Int { bootCount }
}
