/// A `power_cut` block with `on: virtual`: record an update on a twin of the board, derive the states that a power cut
/// can leave on its disk, and boot those states that could matter.
public struct PowerCutExploration: Hashable, Sendable, Codable {
    /// Which crash states are looked at.
    public enum Model: String, Sendable, Codable, CaseIterable {
        /// Every number of whole writes, in order.
        case prefix
        /// The same, and a part of the next write.
        case torn
        /// Any subset of the writes that no flush had covered.
        case subsets
        /// Further cuts during the boots that follow.
        case nested
        /// A cut after the first write of each boot, again and again.
        case adversary
    }

    /// Verdicts that a job may allow.
    public static let allowableVerdicts = ["old", "new", "fell-back", "corrupt", "lost-update", "heal-failed"]

    /// When the recording ends.
    public struct End: Hashable, Sendable, Codable {
        /// A regular expression on the console, after the command was typed; nil waits for the shell's prompt.
        public var marker: String?
        /// Typed at the prompt after the marker, such as a confirmation.
        public var then: String?
        /// How long the board runs on, so that what it writes late is recorded too.
        public var settle: Duration

        public init(marker: String? = nil, then: String? = nil, settle: Duration = .seconds(2)) {
            self.marker = marker
            self.then = then
            self.settle = settle
        }
    }

    /// Where the exploration stops although states are left. What was not looked at is reported.
    public struct Budget: Hashable, Sendable, Codable {
        public var boots: Int
        /// Nil: as long as the block's timeout allows.
        public var time: Duration?
        /// Boots for the subsets of one flush epoch.
        public var perEpoch: Int
        /// Cuts in a row of `nested`.
        public var nestedDepth: Int
        /// Cuts in a row of `adversary`.
        public var adversaryCuts: Int

        public init(
            boots: Int = 400, time: Duration? = nil, perEpoch: Int = 25, nestedDepth: Int = 2, adversaryCuts: Int = 10
        ) {
            self.boots = boots
            self.time = time
            self.perEpoch = perEpoch
            self.nestedDepth = nestedDepth
            self.adversaryCuts = adversaryCuts
        }
    }

    /// The test case's name.
    public var name: String
    /// The command typed on the booted twin; the update.
    public var run: String
    public var until: End
    /// A regular expression for phase marks on the console; its first group is the phase's name.
    public var phases: String
    /// A regular expression: from here on the updater has reported success.
    public var success: String?
    /// A regular expression for acknowledgements on the console; its first group is a number that only grows. What was
    /// acknowledged before a cut has to be there after it: `confirmed` tells up to which number it is. Nil asks nothing.
    public var acknowledged: String?
    /// Empty: the update is recorded, and that is all.
    public var models: [Model]
    public var budget: Budget
    /// Phases in whose middle `nested` and `adversary` start; nil: all of them.
    public var starts: [String]?
    /// Twins that boot at the same time; nil takes one a processor.
    public var twins: Int?
    public var alive: PowerCutAction.Alive
    /// Whether what runs is undamaged; nil leaves that unanswered.
    public var whole: String?
    /// Which version is confirmed, whatever runs; nil leaves that unanswered.
    public var confirmed: Question?
    /// Typed on a board that came back, to see whether the update can be repeated; nil leaves that unanswered.
    public var heal: String?
    public var oldVersion: String?
    public var newVersion: String
    /// Verdicts that pass for states that only a cut before the report of success leaves; nil: old, new, fell-back.
    public var allowedBefore: [String]?
    /// Verdicts that pass for later cuts; nil: new.
    public var allowedAfter: [String]?
    /// The share (0...1) of pruned states that are booted all the same.
    public var recheck: Double
    public var seed: UInt64
    /// Whether whole subtrees of failing subsets are looked at too.
    public var census: Bool
    /// Shell prompts of the twin; empty takes those of the boot block before.
    public var prompts: [String]
    /// The recording of another job, explored instead of recording again; nil records.
    public var trace: Source?

    /// A command whose output answers.
    public struct Question: Hashable, Sendable, Codable {
        public var run: String
        /// A regular expression; its group `version`, else the first, is the answer.
        public var answer: String

        public init(run: String, answer: String) {
            self.run = run
            self.answer = answer
        }
    }

    /// Where a recording is taken from.
    public struct Source: Hashable, Sendable, Codable {
        public var job: JobID
        /// The position of the `power_cut` block in that job; nil takes the first that was recorded.
        public var block: Int?

        public init(job: JobID, block: Int? = nil) {
            self.job = job
            self.block = block
        }
    }

    public init(
        name: String, run: String, until: End = End(), phases: String = #"LABD-PHASE (\S+)\s"#, success: String? = nil,
        models: [Model] = [.prefix, .torn, .subsets], budget: Budget = Budget(), starts: [String]? = nil,
        twins: Int? = nil,
        alive: PowerCutAction.Alive, whole: String? = nil, oldVersion: String? = nil, newVersion: String,
        allowedBefore: [String]? = nil, allowedAfter: [String]? = nil, recheck: Double = 0.01, seed: UInt64 = 1,
        census: Bool = false, prompts: [String] = [], trace: Source? = nil
    ) {
        self.name = name
        self.run = run
        self.until = until
        self.phases = phases
        self.success = success
        self.models = models
        self.budget = budget
        self.starts = starts
        self.twins = twins
        self.alive = alive
        self.whole = whole
        self.oldVersion = oldVersion
        self.newVersion = newVersion
        self.allowedBefore = allowedBefore
        self.allowedAfter = allowedAfter
        self.recheck = recheck
        self.seed = seed
        self.census = census
        self.prompts = prompts
        self.trace = trace
    }
}

extension PowerCutExploration {
    /// Its own prompts, or those of the last boot among `blocks`, which come before it.
    public func prompts(after blocks: some Collection<ActionBlock>) -> [String] {
        guard prompts.isEmpty else { return prompts }
        let boots = blocks.compactMap { block -> BootAction? in
            if case .boot(let boot) = block.action { boot } else { nil }
        }
        return boots.last?.prompts ?? []
    }
}
