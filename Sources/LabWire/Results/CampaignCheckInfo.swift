public import LabModel

/// How a campaign's pruning did when pruned states were booted all the same.
public struct CampaignCheckInfo: Codable, Sendable, Equatable {
    /// A state that did not do what it was pruned for.
    public struct Wrong: Codable, Sendable, Equatable {
        public var state: String
        /// The state that was booted in its place.
        public var representative: String
        public var expected: TrialFacts
        public var got: TrialFacts

        public init(state: String, representative: String, expected: TrialFacts, got: TrialFacts) {
            self.state = state
            self.representative = representative
            self.expected = expected
            self.got = got
        }
    }

    /// Pruned states that could have been chosen.
    public var candidates: Int
    public var chosen: Int
    public var rebooted: Int
    /// Boots at which the lab failed.
    public var undecided: Int
    public var wrong: [Wrong]
    /// The same seed chooses the same states.
    public var seed: UInt64
    /// Upper bound of the share of wrong answers at 95 %; nil when one was found.
    public var bound: Double?

    public init(
        candidates: Int, chosen: Int, rebooted: Int, undecided: Int = 0, wrong: [Wrong] = [], seed: UInt64,
        bound: Double? = nil
    ) {
        self.candidates = candidates
        self.chosen = chosen
        self.rebooted = rebooted
        self.undecided = undecided
        self.wrong = wrong
        self.seed = seed
        self.bound = bound
    }

    public init(_ check: CampaignCheck) {
        self.init(
            candidates: check.candidates, chosen: check.chosen, rebooted: check.rebooted, undecided: check.undecided,
            wrong: check.wrong.map {
                Wrong(state: $0.state, representative: $0.representative, expected: $0.expected, got: $0.got)
            }, seed: check.seed, bound: check.bound)
    }
}
