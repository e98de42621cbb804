import LabModel

/// What a simulated lab has, what is asked of it, and what goes wrong.
public struct Scenario: Hashable, Sendable {
    /// Which faults there are.
    public struct Faults: OptionSet, Hashable, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// labd is killed at a moment of chance, and started again.
        public static let crash = Faults(rawValue: 1 << 0)
        /// labd is stopped in order, and started again.
        public static let stop = Faults(rawValue: 1 << 1)
        /// Power switches stick, lie, refuse or fall silent.
        public static let relay = Faults(rawValue: 1 << 2)
        /// Boards hang, never boot, or lose their console.
        public static let board = Faults(rawValue: 1 << 3)
        public static let fullDisk = Faults(rawValue: 1 << 4)
        public static let clockJump = Faults(rawValue: 1 << 5)
        /// Jobs are cancelled at a moment of chance.
        public static let cancel = Faults(rawValue: 1 << 6)
        /// People switch boards by hand and set their health.
        public static let people = Faults(rawValue: 1 << 7)
        public static let slowArtifacts = Faults(rawValue: 1 << 8)
        /// Beside `fullDisk`: nothing at all can be written, not even what fits into a page.
        public static let refusingDisk = Faults(rawValue: 1 << 9)

        public static let all = Faults(rawValue: (1 << 10) - 1)
    }

    public var boards: Int
    public var types: Int
    /// Single jobs, groups not counted.
    public var jobs: Int
    public var groups: Int
    public var submitters: Int
    public var faults: Faults
    /// Submissions and faults come within this time.
    public var span: Duration
    /// The lab is killed at these steps, whatever `faults` says.
    public var crashes: [Int]
    public var minimumOffTime: Duration
    /// How often a job may be interrupted and run again.
    public var attempts: Int
    /// Whether the real engine runs the jobs.
    public var usesEngine: Bool
    /// How often a job that the lab failed is tried on another board.
    public var retries: Int
    /// Rounds in which two groups want each other's boards at the same moment.
    public var rivalries: Int
    /// Jobs that one submitter submits all at once, while another one wants a single board now and then.
    public var flood: Int
    /// Whether boards have to prove that they are sound.
    public var hasHealthChecks: Bool
    /// People who lease boards, work with them, and sometimes walk away.
    public var holders: Int

    public init(
        boards: Int = 4, types: Int = 2, jobs: Int = 10, groups: Int = 0, submitters: Int = 2,
        faults: Faults = .all, span: Duration = .seconds(1800), crashes: [Int] = [],
        minimumOffTime: Duration = .seconds(3), attempts: Int = 2, usesEngine: Bool = false,
        retries: Int = 0, rivalries: Int = 0, flood: Int = 0, hasHealthChecks: Bool = false,
        holders: Int = 0
    ) {
        self.holders = holders
        self.rivalries = rivalries
        self.flood = flood
        self.retries = retries
        self.hasHealthChecks = hasHealthChecks
        self.boards = boards
        self.types = types
        self.jobs = jobs
        self.groups = groups
        self.submitters = submitters
        self.faults = faults
        self.span = span
        self.crashes = crashes
        self.minimumOffTime = minimumOffTime
        self.attempts = attempts
        self.usesEngine = usesEngine
    }

    /// How long the last job may take to end once the faults have stopped: as if all ran on one board, one after the
    /// other, each as often and as long as it may.
    public var patience: Duration {
        .seconds(2400 * (attempts + retries)) * (jobs + 4 * groups + 4 * rivalries + flood + 2)
    }

    /// The scenario that a seed stands for: labs of different sizes, with different sets of faults.
    public static func drawn(_ seed: UInt64) -> Scenario {
        var chance = SplitMix64(seed: seed ^ 0x5ce4_a110)
        var scenario = Scenario()
        scenario.boards = 2 + Int(chance.next(upperBound: UInt64(5)))
        scenario.types = min(scenario.boards, 1 + Int(chance.next(upperBound: UInt64(2))))
        scenario.jobs = 4 + Int(chance.next(upperBound: UInt64(12)))
        scenario.submitters = 1 + Int(chance.next(upperBound: UInt64(3)))
        scenario.groups = chance.next(upperBound: UInt64(2)) == 0 ? 1 + Int(chance.next(upperBound: UInt64(3))) : 0
        // Each fault in about half of the seeds: many at once hide from each other.
        scenario.faults = Faults(
            rawValue: Int(truncatingIfNeeded: chance.next()) & Faults.all.rawValue
                | (chance.unit() < 0.3 ? Faults.all.rawValue : 0))
        scenario.minimumOffTime = .seconds(1 + Int(chance.next(upperBound: UInt64(8))))
        scenario.retries = Int(chance.next(upperBound: UInt64(3)))
        scenario.hasHealthChecks = chance.unit() < 0.25
        scenario.usesEngine = chance.next(upperBound: UInt64(4)) == 0
        scenario.holders = max(0, Int(chance.next(upperBound: UInt64(5))) - 1)
        return scenario
    }

    /// A short story without faults of chance, for killing labd at each of its steps.
    public static func small(crashes: [Int] = []) -> Scenario {
        Scenario(
            boards: 2, types: 1, jobs: 3, submitters: 1, faults: [], span: .seconds(60), crashes: crashes)
    }

    /// Two groups that want each other's boards, again and again.
    public static func rivals(rounds: Int, faults: Faults = []) -> Scenario {
        Scenario(
            boards: 2, types: 2, jobs: 0, submitters: 0, faults: faults, span: .seconds(600), attempts: 1000,
            rivalries: rounds)
    }

    /// A flood of jobs from one submitter, beside another who wants a single board now and then.
    public static func flooded(jobs: Int) -> Scenario {
        Scenario(boards: 3, types: 1, jobs: 0, submitters: 0, faults: [], span: .seconds(600), flood: jobs)
    }
}
