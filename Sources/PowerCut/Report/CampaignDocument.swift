public import LabModel

/// Everything a campaign found, in the shape that travels: `report.json`, and what the page is drawn from.
///
/// Times are milliseconds since the recording began. Unknown is null, never a guess.
public struct CampaignDocument: Codable, Hashable, Sendable {
    /// Raised when a field changes its meaning.
    public static let currentFormat = 2
    public static let changeLimit = 40

    public struct Write: Codable, Hashable, Sendable {
        public var number: Int
        public var milliseconds: Double
        public var offset: Int
        public var length: Int
        /// `data`, `zeros` or `trim`.
        public var content: String
        public var isFUA: Bool
        public var isAmbiguous: Bool
        public var phase: String?
    }

    public struct Flush: Codable, Hashable, Sendable {
        public var afterWrite: Int
        public var milliseconds: Double
    }

    public struct Mark: Codable, Hashable, Sendable {
        public var afterWrite: Int
        public var milliseconds: Double
        public var text: String
        public var phase: String?
        public var isSuccess: Bool
    }

    public struct State: Codable, Hashable, Sendable {
        public var id: StateID
        public var model: String
        public var verdict: Verdict
        public var isAllowed: Bool
        public var phase: String?
        public var isAfterSuccess: Bool
        /// The place of its class in `classes`.
        public var classNumber: Int?
        public var wasBooted: Bool
        /// The share of an epoch's subsets that it stands for.
        public var weight: Double?
    }

    public struct Class: Codable, Hashable, Sendable {
        public var representative: StateID
        public var smallest: StateID
        public var count: Int
        public var verdicts: [String: Int]
        public var facts: TrialFacts
        public var sectorsRead: Int
    }

    public struct Model: Codable, Hashable, Sendable {
        public var name: String
        public var coverage: ModelCoverage
        public var boots: Int
        public var pruned: Int
        public var withoutBudget: Int
        public var undecided: Int
    }

    public struct Recheck: Codable, Hashable, Sendable {
        public struct Wrong: Codable, Hashable, Sendable {
            public var state: StateID
            public var representative: StateID
            public var expected: TrialFacts
            public var got: TrialFacts
            public var reason: RecheckResult.WrongAnswer.Reason
            /// What a second boot of each did; nil when it was not made.
            public var expectedAgain: TrialFacts?
            public var gotAgain: TrialFacts?
        }

        public var candidates: Int
        public var rebooted: Int
        public var wrong: [Wrong]
        /// Upper bound of the share of wrong answers at 95 %.
        public var bound: Double?
    }

    public struct Explained: Codable, Hashable, Sendable {
        public var state: StateID
        public var minimal: StateID
        public var passing: StateID?
        public var verdict: Verdict
        public var phase: String?
        public var flip: String
        public var writes: [Int]
        public var firstFailingCut: Int?
        public var lastFailingCut: Int?
        /// Milliseconds that the window is open if the device writes in order, and if it writes at the next flush.
        public var windowInOrder: Double?
        public var windowCached: Double?
        /// Relay cuts at random moments for a chance of 95 % to hit the window once.
        public var relayCutsInOrder: Double?
        public var relayCutsCached: Double?
        public var consoleTail: [String]
        /// The cause in one sentence, as far as it is known.
        public var cause: String?
        /// What `writes` wrote to.
        public var named: [NamedWrite]
        /// The write that ends the failure, or would have saved the board.
        public var ending: NamedWrite?
    }

    /// Two cuts in a row with different verdicts, and the write between them.
    public struct Change: Codable, Hashable, Sendable {
        public var write: NamedWrite
        public var before: Verdict
        public var after: Verdict
        public var isAllowedBefore: Bool
        public var isAllowedAfter: Bool
        public var phase: String?
    }

    public var format = currentFormat
    public var title: String
    public var line: String
    public var passes: Bool
    public var isSound: Bool
    public var end: String
    public var boots: Int
    /// SHA-256 of the trace.
    public var trace: String
    public var recordedAt: String
    public var machine: [String: String]
    public var milliseconds: Double
    public var diskSize: Int
    public var writes: [Write]
    public var flushes: [Flush]
    public var marks: [Mark]
    public var states: [State]
    public var classes: [Class]
    public var models: [Model]
    public var recheck: Recheck
    public var explanations: [Explained]
    /// Where the verdict of plain prefixes changes; at most `changeLimit`.
    public var changes: [Change]
    /// What was not covered, in words.
    public var gaps: [String]
}
