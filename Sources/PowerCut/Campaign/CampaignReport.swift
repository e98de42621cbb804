public import LabModel

/// What a campaign found, at its end or on the way.
public struct CampaignReport: Hashable, Sendable {
    public var trace: ContentDigest
    public var writeCount: Int
    /// Every state decided, simplest first.
    public var results: [StateResult]
    public var classes: [CampaignClass]
    public var models: [ModelReport]
    public var recheck: RecheckResult
    public var explanations: [Explanation]
    public var end: CampaignEnd
    /// Boots, all reasons together.
    public var boots: Int

    /// No verdict can be trusted once a representative was wrong.
    public var isSound: Bool { recheck.wrong.isEmpty }

    /// Everything decided passes, and the pruning was right. Says nothing of what was not covered.
    public var passes: Bool { isSound && results.allSatisfy(\.isAllowed) }
}

/// One state and what is known of it.
public struct StateResult: Hashable, Sendable {
    public var id: StateID
    public var model: ModelName
    public var verdict: Verdict
    public var isAllowed: Bool
    public var phase: String?
    public var isAfterSuccess: Bool
    /// Index in the report's classes; nil if nothing could be found out.
    public var classIndex: Int?
    /// It was booted itself; otherwise its class's representative was.
    public var wasBooted: Bool
    /// For a leaf of the subsets: its share of the epoch's subsets.
    public var weight: Double?
}

/// States that recovery cannot tell apart.
public struct CampaignClass: Hashable, Sendable {
    /// The one that was booted.
    public var representative: StateID
    public var facts: TrialFacts
    /// Verdicts of its states: the same facts mean something else after success was reported.
    public var verdicts: [Verdict: Int]
    public var count: Int
    public var smallest: StateID
    /// Versioned sectors that its boot read.
    public var readSectors: Int
}

/// One model of the campaign.
public struct ModelReport: Hashable, Sendable {
    public var model: ModelName
    public var coverage: ModelCoverage
    public var boots: Int
    public var pruned: Int
    /// States that would have needed a boot when there were none left.
    public var withoutBudget: Int
    /// States that the lab could not decide.
    public var undecided: Int
}

/// How the pruning did when it was checked.
public struct RecheckResult: Hashable, Sendable {
    /// A pruned state that did not do what its representative did.
    public struct WrongAnswer: Hashable, Sendable {
        /// What a second boot of each says of the reason. None of them saves the campaign.
        public enum Reason: String, Hashable, Sendable, Codable {
            /// The representative, booted again, did something else than the first time.
            case representativeVaries
            /// So did the state itself.
            case stateVaries
            /// Both do what they did, and the representative's boots do not read the same: what the second read besides
            /// differs between the two.
            case readsVary
            /// Both do what they did and read what they read: something decides that the recorder does not see.
            case unseen
            /// They were not booted again.
            case unknown
        }

        public var state: StateID
        public var representative: StateID
        public var expected: TrialFacts
        public var got: TrialFacts
        public var reason = Reason.unknown
        /// What the second boots did; nil when they were not made, or the lab failed.
        public var expectedAgain: TrialFacts?
        public var gotAgain: TrialFacts?
    }

    /// Pruned states and parts of decision trees that could have been chosen.
    public var candidates = 0
    public var rebooted = 0
    public var wrong: [WrongAnswer] = []

    /// Upper bound of the share of wrong answers at 95 %, if none was found (rule of three).
    public var bound: Double? { rebooted > 0 && wrong.isEmpty ? min(1, 3 / Double(rebooted)) : nil }
}

/// Why a campaign ended.
public enum CampaignEnd: String, Hashable, Sendable, Codable {
    case running
    case completed
    case outOfBoots
    case outOfTime
    case stopped
}

/// How far a campaign is.
public struct CampaignProgress: Hashable, Sendable {
    public enum Stage: String, Hashable, Sendable, Codable {
        case exploring, rechecking, explaining, finished
    }

    public var stage: Stage
    public var boots: Int
    public var inFlight: Int
    /// States decided, booted or not.
    public var decided: Int
    public var pruned: Int
    public var failing: Int
    /// States of prefix and torn that are still to be decided; subsets and repeated cuts are not known beforehand.
    public var left: Int
    public var elapsed: Duration

    /// Boots a minute since the beginning.
    public var bootsPerMinute: Double {
        elapsed > .zero ? Double(boots) * 60 / elapsed.inSeconds : 0
    }
}
