public import LabModel

/// What a campaign explores, and within which bounds.
public struct CampaignPlan: Hashable, Sendable {
    /// In this order.
    public var models: [ModelName]
    /// Boots at the same time, at least 1.
    public var jobs: Int
    /// Boots for exploring; re-checks and explanations come on top.
    public var boots: Int
    /// Time for exploring; nil sets no bound.
    public var time: Duration?
    /// States handed out for each flush epoch of the subsets.
    public var perEpoch: Int
    /// Cuts during recovery, one after the other, that `nested` tries.
    public var nestedDepth: Int
    /// Cuts after the first write of a boot that `adversary` makes in a row.
    public var adversaryCuts: Int
    /// Cuts of the update from which `nested` and `adversary` start; nil takes the middle of every phase.
    public var starts: [Int]?
    /// Phases that those cuts are taken from; nil takes all. Without effect where `starts` names cuts.
    public var startPhases: [String]?
    /// Looks below failing states too, for exact shares instead of one example.
    public var census: Bool
    /// Pruned states that are booted all the same: this many and this share of them.
    public var recheckMinimum: Int
    public var recheckFraction: Double
    /// Decides which.
    public var seed: UInt64
    /// Boots for finding out which write makes the difference.
    public var explanationBoots: Int
    public var rules: VerdictRules
    public var policy: VerdictPolicy

    public init(
        models: [ModelName] = [.prefix, .torn, .subsets], jobs: Int = 1, boots: Int = 400, time: Duration? = nil,
        perEpoch: Int = 25, nestedDepth: Int = 2, adversaryCuts: Int = 10, starts: [Int]? = nil,
        startPhases: [String]? = nil, census: Bool = false,
        recheckMinimum: Int = 10, recheckFraction: Double = 0.01, seed: UInt64 = 1, explanationBoots: Int = 60,
        rules: VerdictRules, policy: VerdictPolicy = VerdictPolicy()
    ) {
        self.models = models
        self.jobs = max(1, jobs)
        self.boots = boots
        self.time = time
        self.perEpoch = perEpoch
        self.nestedDepth = nestedDepth
        self.adversaryCuts = adversaryCuts
        self.starts = starts
        self.startPhases = startPhases
        self.census = census
        self.recheckMinimum = recheckMinimum
        self.recheckFraction = recheckFraction
        self.seed = seed
        self.explanationBoots = explanationBoots
        self.rules = rules
        self.policy = policy
    }

    /// The models, ready to hand out states of `space`.
    func makeModels(_ space: CrashSpace) -> [any CrashModel] {
        let cuts = space.cutsFailingFirst()
        let middle = space.cutsInTheMiddle().filter { cut in
            startPhases.map { phases in space.phase(ofCut: cut).map(phases.contains) ?? false } ?? true
        }
        let starts = (self.starts ?? middle).filter { (0...space.trace.writes.count).contains($0) }
        return models.map { name in
            switch name {
            case .prefix: PrefixModel(cuts: cuts)
            case .torn: TornModel(cuts: cuts, writes: space.trace.writes)
            case .subsets: SubsetModel(space, perEpoch: perEpoch, census: census)
            case .nested: NestedModel(starts: starts, depth: nestedDepth)
            case .adversary: AdversaryModel(starts: starts, cuts: adversaryCuts, census: census)
            }
        }
    }

    /// How many of a boot's own writes are needed to cut it again.
    var recordedWrites: Int {
        if models.contains(.nested) { return NestedModel.writesKept }
        return models.contains(.adversary) ? 1 : 0
    }
}
