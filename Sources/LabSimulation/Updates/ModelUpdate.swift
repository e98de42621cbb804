public import LabModel

/// An update of which everything is known: its phases, the window in which a cut is fatal, and how its board's power goes
/// away. Time in it passes at once, so thousands of cuts take no time.
public struct ModelUpdate: Sendable {
    /// Names and lengths, from the newline of the command on.
    public var phases: [(name: String, length: Duration)]
    /// Moments at which a board without power does not come back.
    public var fails: ClosedRange<Duration>?
    /// So many cuts in that window are fatal, then none is any more; nil is all of them.
    public var fatalCuts: Int?
    /// From here on the new version runs.
    public var commits: Duration
    /// Where success is reported; nil never.
    public var success: Duration?
    /// How the board's power really goes away.
    public var relay: PowerPath
    /// Trials, counted from 1, in which the relay does nothing.
    public var stuck: Set<Int> = []
    private var chance: SplitMix64
    private var made = 0

    public init(
        phases: [(name: String, length: Duration)], fails: ClosedRange<Duration>? = nil, commits: Duration,
        success: Duration? = nil, relay: PowerPath = PowerPath(delay: .zero, jitter: .zero), seed: UInt64 = 1
    ) {
        self.phases = phases
        self.fails = fails
        self.commits = commits
        self.success = success
        self.relay = relay
        chance = SplitMix64(seed: seed)
    }

    /// What an uncut run prints.
    public var timeline: UpdateTimeline {
        var marks: [UpdateTimeline.Mark] = []
        var at = Duration.zero
        for phase in phases {
            if phase.name != UpdateTimeline.firstPhase { marks.append(.init(name: phase.name, at: at)) }
            at += phase.length
        }
        return UpdateTimeline(marks: marks, success: success, end: at)
    }

    /// Cuts as a board would be cut whose lab gives the command `lead` before the planned moment and reckons with
    /// `lead` until the power is gone.
    public mutating func cut(
        _ cut: PlannedCut, lead: Duration, rules: VerdictRules, policy: VerdictPolicy
    ) -> SampledCut {
        made += 1
        if stuck.contains(made) { return SampledCut(cut: cut, status: .invalid(.consoleAlive)) }
        let command = max(cut.moment - lead, .zero)
        let gone = command + relay.delay + .seconds(chance.normal() * relay.jitter.inSeconds)
        guard command < timeline.end else { return SampledCut(cut: cut, status: .missed(.updateEnded)) }
        let believed = command + lead
        let phase = timeline.phase(at: believed)
        let isFatal = (fails?.contains(gone) ?? false) && fatalCuts != 0
        if isFatal { fatalCuts = fatalCuts.map { $0 - 1 } }
        let facts = TrialFacts(
            end: isFatal ? .bootloaderPrompt : .alive, version: isFatal ? nil : gone >= commits ? "v2" : "v1",
            isWhole: isFatal ? nil : true)
        let isAfter = success.map { gone >= $0 } ?? false
        let verdict = rules.verdict(facts, afterSuccess: isAfter)
        return SampledCut(
            cut: cut, status: .hit, phase: phase?.name, offset: believed - (phase?.begin ?? .zero),
            isAfterSuccess: isAfter, verdict: verdict,
            isAllowed: policy.allows(verdict, phase: phase?.name, afterSuccess: isAfter), facts: facts, seconds: 1)
    }
}
