/// A `power_cut` block with `on: real` and many cuts: cut the power of a real board again and again while it updates,
/// and say what that proves.
public struct PowerCutSampling: Hashable, Sendable, Codable {
    /// How the cuts are spread.
    public enum Spread: String, Sendable, Codable, CaseIterable {
        /// Equally many in each phase, uniform over the phase's measured length.
        case byPhase = "by_phase"
        /// Uniform over the whole update.
        case uniform
    }

    /// Cuts after one mark only.
    public struct Trigger: Hashable, Sendable, Codable {
        /// A regular expression; nil counts from the newline of the command.
        public var marker: String?
        /// After the marker, the shortest and the longest; nil until the phase ends.
        public var from: Duration?
        public var to: Duration?

        public init(marker: String? = nil, from: Duration? = nil, to: Duration? = nil) {
            self.marker = marker
            self.from = from
            self.to = to
        }
    }

    /// How the board is brought back to a known-good image between rounds.
    public enum Restore: Hashable, Sendable, Codable {
        /// As the job left it before this block: its media fresh, its images staged, its boot blocks run again.
        case job
        /// A command at the shell of the board that came back, then the boot blocks; a board that did not come back is
        /// brought back as with `job`.
        case command(String, within: Duration)
        /// The boot blocks alone: the update can be started from whatever a cut left.
        case nothing
    }

    /// Windows of an exploration that cuts are aimed at.
    public struct Targets: Hashable, Sendable, Codable {
        public var job: JobID
        /// The exploration's block in that job; nil takes the first.
        public var block: Int?
        /// Cuts for each window.
        public var cuts: Int

        public init(job: JobID, block: Int? = nil, cuts: Int = 30) {
            self.job = job
            self.block = block
            self.cuts = cuts
        }
    }

    /// Where the campaign stops although cuts are left. What was not done is reported.
    public struct Budget: Hashable, Sendable, Codable {
        /// Nil: as long as the block's timeout allows.
        public var time: Duration?
        /// Sampling trials, repeated ones included; nil takes twice the cuts and 20.
        public var trials: Int?
        /// Cuts that look for the borders of failing windows, in all.
        public var search: Int

        public init(time: Duration? = nil, trials: Int? = nil, search: Int = 100) {
            self.time = time
            self.trials = trials
            self.search = search
        }
    }

    /// The test case's name.
    public var name: String
    /// The command typed on the booted board; the update.
    public var run: String
    public var until: PowerCutExploration.End
    /// A regular expression for phase marks on the console; its first group is the phase's name.
    public var phases: String
    /// A regular expression: from here on the updater has reported success.
    public var success: String?
    public var cuts: Int
    public var spread: Spread
    public var trigger: Trigger?
    public var targets: Targets?
    public var offFor: Duration
    /// Uncut runs that phases are measured with.
    public var dryRuns: Int
    public var restore: Restore
    public var alive: PowerCutAction.Alive
    /// Whether what runs is undamaged; nil leaves that unanswered.
    public var whole: String?
    public var oldVersion: String?
    public var newVersion: String
    /// Verdicts that pass for cuts before the report of success; nil: old, new, fell-back.
    public var allowedBefore: [String]?
    /// Verdicts that pass for later cuts; nil: new.
    public var allowedAfter: [String]?
    public var seed: UInt64
    public var budget: Budget
    /// How the board's power goes away, in place of what was measured.
    public var powerPath: PowerPath?
    /// Shell prompts after a boot; empty takes those of the boot block.
    public var prompts: [String]

    public init(
        name: String, run: String, until: PowerCutExploration.End = .init(), phases: String = #"LABD-PHASE (\S+)\s"#,
        success: String? = nil, cuts: Int = 300, spread: Spread = .byPhase, trigger: Trigger? = nil,
        targets: Targets? = nil, offFor: Duration = .seconds(5), dryRuns: Int = 1, restore: Restore = .job,
        alive: PowerCutAction.Alive, whole: String? = nil, oldVersion: String? = nil, newVersion: String,
        allowedBefore: [String]? = nil, allowedAfter: [String]? = nil, seed: UInt64 = 1, budget: Budget = Budget(),
        powerPath: PowerPath? = nil, prompts: [String] = []
    ) {
        self.name = name
        self.run = run
        self.until = until
        self.phases = phases
        self.success = success
        self.cuts = cuts
        self.spread = spread
        self.trigger = trigger
        self.targets = targets
        self.offFor = offFor
        self.dryRuns = dryRuns
        self.restore = restore
        self.alive = alive
        self.whole = whole
        self.oldVersion = oldVersion
        self.newVersion = newVersion
        self.allowedBefore = allowedBefore
        self.allowedAfter = allowedAfter
        self.seed = seed
        self.budget = budget
        self.powerPath = powerPath
        self.prompts = prompts
    }

    /// From facts to verdicts, as in an exploration.
    public var rules: VerdictRules { VerdictRules(oldVersion: oldVersion, newVersion: newVersion) }

    /// What passes.
    public var policy: VerdictPolicy {
        var policy = VerdictPolicy()
        if let allowedBefore { policy.beforeSuccess = Set(allowedBefore.compactMap { Verdict(rawValue: $0) }) }
        if let allowedAfter { policy.afterSuccess = Set(allowedAfter.compactMap { Verdict(rawValue: $0) }) }
        return policy
    }

    /// Sampling trials at most; those at targets come on top.
    public var trialLimit: Int { budget.trials ?? cuts * 2 + 20 }
}
