import LabModel

/// A sampling campaign: says what to do next and takes what came of it. No I/O; the same answers lead to the same cuts.
struct SamplingMachine {
    enum Step: Hashable {
        /// Run the update uncut; counted from 1.
        case dryRun(Int)
        case cut(PlannedCut)
        case finished(End)
    }

    enum End: String, Hashable {
        case completed
        case outOfTrials = "out-of-trials"
        case outOfTime = "out-of-time"
        /// One invalid trial after the other: the board or its switch is not fit.
        case unfit
    }

    /// Invalid trials in a row that end a campaign.
    static let invalidLimit = 10
    /// Windows that are searched for their borders.
    static let windowLimit = 8
    /// Cuts close to a failing one, if the budget has as many.
    static let closeCuts = 30

    let plan: PowerCutSampling
    let path: PowerPath
    let targets: [PowerCutTarget]

    private(set) var runs: [UpdateTimeline] = []
    /// What the update looks like in time; nil before it was learned.
    private(set) var timeline: UpdateTimeline?
    private(set) var notes: [String] = []
    private(set) var strata: [Stratum] = []
    private(set) var trials: [SampledCut] = []
    private(set) var windows: [WindowSearch] = []
    private(set) var end: End?

    /// Strata of the cuts that are still to be made, in order.
    private var queue: [Int] = []
    private var sampleTrials = 0
    private var targetTrials = 0
    private var searchTrials = 0
    private var invalidInARow = 0
    private var chance: SplitMix64
    private var pending: Step?

    init(plan: PowerCutSampling, path: PowerPath, targets: [PowerCutTarget] = []) {
        self.plan = plan
        self.path = path
        self.targets = targets
        chance = SplitMix64(seed: plan.seed)
    }

    /// What to do now; the same until its outcome is told.
    mutating func next() -> Step {
        if let pending { return pending }
        let step = choose()
        if case .finished(let end) = step { self.end = end }
        pending = step
        return step
    }

    private mutating func choose() -> Step {
        if let end { return .finished(end) }
        if runs.count < plan.dryRuns { return .dryRun(runs.count + 1) }
        if invalidInARow >= Self.invalidLimit { return .finished(.unfit) }
        if let cut = searchCut() { return .cut(cut) }
        if targetTrials >= targetLimit, queue.contains(where: isTarget) {
            queue.removeAll(where: isTarget)
            notes.append("not all cuts hit their targets: \(targetTrials) were tried")
        }
        guard let stratum = queue.first else { return .finished(.completed) }
        guard isTarget(stratum) || sampleTrials < plan.trialLimit else { return .finished(.outOfTrials) }
        let moment = strata[stratum].moment(&chance)
        return .cut(planned(.sample(stratum: stratum), at: moment))
    }

    private func isTarget(_ stratum: Int) -> Bool {
        if case .target = strata[stratum].kind { true } else { false }
    }

    /// Trials at targets, as generous as those of the samples.
    private var targetLimit: Int {
        strata.indices.filter(isTarget).reduce(0) { $0 + strata[$1].quota } * 2 + 20
    }

    private mutating func searchCut() -> PlannedCut? {
        for index in windows.indices where searchTrials < plan.budget.search {
            if let moment = windows[index].next(&chance) { return planned(.search(window: index), at: moment) }
        }
        return nil
    }

    private func planned(_ purpose: PlannedCut.Purpose, at moment: Duration) -> PlannedCut {
        PlannedCut(
            number: trials.count + 1, purpose: purpose,
            phase: timeline?.phase(at: moment)?.name ?? UpdateTimeline.firstPhase, moment: moment)
    }

    // MARK: - Answers

    /// Takes an uncut run.
    ///
    /// - Throws: `test` when the update did not print what the job waits for.
    mutating func learn(_ run: UpdateTimeline) throws(Failure) {
        pending = nil
        runs.append(run)
        guard runs.count == plan.dryRuns else { return }
        let learned: UpdateTimeline
        if let median = UpdateTimeline.median(of: runs) {
            learned = median
        } else {
            learned = run
            notes.append("the uncut runs printed different marks; the phases are those of the last one")
        }
        timeline = learned
        let reached = Set(Stratum.reachable(learned, path).map(\.name))
        for phase in learned.phases where !reached.contains(phase.name) {
            notes.append("'\(phase.name)' is over before a cut takes effect: nothing is known of it")
        }
        strata = try Stratum.strata(of: plan, timeline: learned, path: path, targets: targets)
        queue = shuffledQueue()
    }

    /// Targets first, then the strata in an order that chance gives: what drifts while a campaign runs must not end up
    /// in one phase.
    private mutating func shuffledQueue() -> [Int] {
        var targeted: [Int] = []
        var sampled: [Int] = []
        for (index, stratum) in strata.enumerated() {
            let turns = Array(repeating: index, count: stratum.quota)
            if case .target = stratum.kind { targeted += turns } else { sampled += turns }
        }
        return targeted + sampled.shuffled(using: &chance)
    }

    /// Takes a trial.
    mutating func record(_ trial: SampledCut) {
        pending = nil
        trials.append(trial)
        if case .invalid = trial.status { invalidInARow += 1 } else { invalidInARow = 0 }
        let outcome = moment(of: trial).map { (moment: $0, isFailure: trial.isFailure) }
        switch trial.cut.purpose {
        case .sample(let stratum):
            if strata.indices.contains(stratum), isTarget(stratum) { targetTrials += 1 } else { sampleTrials += 1 }
            if queue.first == stratum { queue.removeFirst() }
            guard strata.indices.contains(stratum) else { return }
            if trial.isHit { strata[stratum].hits += 1 } else { queue.append(stratum) }
            if let outcome { pass(on: outcome) }
        case .search(let window):
            searchTrials += 1
            guard windows.indices.contains(window) else { return }
            windows[window].record(outcome)
            guard let outcome else { return }
            for other in windows.indices where other != window {
                windows[other].note(outcome.moment, isFailure: outcome.isFailure)
            }
        }
    }

    /// Ends the campaign although cuts are left.
    mutating func stop(_ end: End) {
        pending = nil
        self.end = self.end ?? end
    }

    /// Tells the searches of a sample's outcome; a failure that no window has begins a search.
    private mutating func pass(on outcome: (moment: Duration, isFailure: Bool)) {
        let isKnown = windows.contains { $0.covers(outcome.moment) }
        for index in windows.indices { windows[index].note(outcome.moment, isFailure: outcome.isFailure) }
        guard outcome.isFailure, !isKnown, windows.count < Self.windowLimit, let timeline else { return }
        let survived = trials.filter { $0.isHit && !$0.isFailure }.compactMap { moment(of: $0) }
        windows.append(
            WindowSearch(
                found: outcome.moment, passes: survived, jitter: path.jitter, limits: .zero...timeline.end,
                closeCuts: min(Self.closeCuts, max(0, plan.budget.search - searchTrials) / 3)))
    }

    /// Where a hit lies in the learned timeline.
    func moment(of trial: SampledCut) -> Duration? {
        guard trial.isHit, trial.verdict != .undecided else { return nil }
        guard let offset = trial.offset, let phase = timeline?.phases.first(where: { $0.name == trial.phase }) else {
            return trial.cut.moment
        }
        return phase.begin + offset
    }

    /// Cuts that are known to be left: of the samples all, of the searches none.
    var cutsLeft: Int { end == nil ? queue.count : 0 }
}
