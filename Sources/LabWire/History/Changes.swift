public import LabModel

/// Flaky test cases, the surest first, and in what they were found.
public struct FlakyList: Codable, Sendable, Equatable {
    public var cases: [FlakyCaseInfo]
    /// How many there are in all.
    public var total: Int
    /// Passes and failures of ended runs that were looked at.
    public var results: Int
    /// Those among them whose build nobody knows: nothing is said about them.
    public var withoutBuild: Int
    /// Whether there are older results that were not looked at.
    public var cut: Bool

    public init(cases: [FlakyCaseInfo], total: Int, results: Int, withoutBuild: Int, cut: Bool) {
        self.cases = cases
        self.total = total
        self.results = results
        self.withoutBuild = withoutBuild
        self.cut = cut
    }
}

/// A test case that passes and fails on the same build.
public struct FlakyCaseInfo: Codable, Sendable, Equatable {
    public var suite: String
    public var set: String?
    public var name: String
    /// The name of the job.
    public var job: String
    public var deviceType: String?
    public var passes: Int
    public var failures: Int
    /// Changes of the outcome between runs of one build that follow each other.
    public var flips: Int
    /// Pairs of such runs: how often it could have changed.
    public var repeats: Int
    /// `flips` by `repeats`.
    public var rate: Double
    /// ISO 8601, UTC.
    public var lastFlip: String
    /// The job in which it last changed.
    public var lastJob: Int64
    /// Boards it failed on.
    public var boards: [String]
    /// On which it last changed.
    public var build: BuildInfo

    public init(
        suite: String, set: String? = nil, name: String, job: String, deviceType: String? = nil, passes: Int,
        failures: Int, flips: Int, repeats: Int, rate: Double, lastFlip: String, lastJob: Int64, boards: [String],
        build: BuildInfo
    ) {
        self.suite = suite
        self.set = set
        self.name = name
        self.job = job
        self.deviceType = deviceType
        self.passes = passes
        self.failures = failures
        self.flips = flips
        self.repeats = repeats
        self.rate = rate
        self.lastFlip = lastFlip
        self.lastJob = lastJob
        self.boards = boards
        self.build = build
    }
}

extension FlakyCaseInfo {
    public init(_ flaky: FlakyCase) {
        self.init(
            suite: flaky.stream.suite, set: flaky.stream.testSet, name: flaky.stream.name, job: flaky.stream.job,
            deviceType: flaky.stream.deviceType?.rawValue, passes: flaky.passes, failures: flaky.failures,
            flips: flaky.flips, repeats: flaky.repeats, rate: flaky.rate, lastFlip: flaky.lastFlip.iso8601,
            lastJob: flaky.lastJob.rawValue, boards: flaky.boards.map(\.rawValue), build: BuildInfo(flaky.build))
    }
}

/// Regressions and progressions, the newest first of each, and in what they were found.
public struct ChangeList: Codable, Sendable, Equatable {
    public var changes: [CaseChangeInfo]
    /// How many there are in all.
    public var total: Int
    /// Passes and failures of ended runs that were looked at.
    public var results: Int
    /// Those among them whose build nobody knows: nothing is said about them.
    public var withoutBuild: Int
    /// Whether there are older results that were not looked at.
    public var cut: Bool

    public init(changes: [CaseChangeInfo], total: Int, results: Int, withoutBuild: Int, cut: Bool) {
        self.changes = changes
        self.total = total
        self.results = results
        self.withoutBuild = withoutBuild
        self.cut = cut
    }
}

/// A test case that fails since a build and passed before, or the other way round.
public struct CaseChangeInfo: Codable, Sendable, Equatable {
    public var suite: String
    public var set: String?
    public var name: String
    /// The name of the job.
    public var job: String
    public var deviceType: String?
    /// `regression` or `progression`.
    public var kind: String
    /// `sure`, `likely`, or `thin` for too few runs to say.
    public var certainty: String
    /// The last build on which it was otherwise.
    public var before: BuildOutcomesInfo
    /// The first build of the new kind.
    public var since: BuildOutcomesInfo
    /// The newest build.
    public var now: BuildOutcomesInfo
    /// From `since` to `now`.
    public var builds: Int

    public init(
        suite: String, set: String? = nil, name: String, job: String, deviceType: String? = nil, kind: String,
        certainty: String, before: BuildOutcomesInfo, since: BuildOutcomesInfo, now: BuildOutcomesInfo, builds: Int
    ) {
        self.suite = suite
        self.set = set
        self.name = name
        self.job = job
        self.deviceType = deviceType
        self.kind = kind
        self.certainty = certainty
        self.before = before
        self.since = since
        self.now = now
        self.builds = builds
    }
}

extension CaseChangeInfo {
    public init(_ change: CaseChange) {
        self.init(
            suite: change.stream.suite, set: change.stream.testSet, name: change.stream.name, job: change.stream.job,
            deviceType: change.stream.deviceType?.rawValue, kind: change.kind.rawValue,
            certainty: change.certainty.rawValue, before: BuildOutcomesInfo(change.before),
            since: BuildOutcomesInfo(change.since), now: BuildOutcomesInfo(change.now), builds: change.builds)
    }
}

/// How a test case ended on one build.
public struct BuildOutcomesInfo: Codable, Sendable, Equatable {
    public var build: BuildInfo
    public var passes: Int
    public var failures: Int
    public var firstJob: Int64
    public var lastJob: Int64
    /// ISO 8601, UTC.
    public var first: String
    public var last: String

    public init(
        build: BuildInfo, passes: Int, failures: Int, firstJob: Int64, lastJob: Int64, first: String, last: String
    ) {
        self.build = build
        self.passes = passes
        self.failures = failures
        self.firstJob = firstJob
        self.lastJob = lastJob
        self.first = first
        self.last = last
    }
}

extension BuildOutcomesInfo {
    public init(_ outcomes: BuildOutcomes) {
        self.init(
            build: BuildInfo(outcomes.build), passes: outcomes.passes, failures: outcomes.failures,
            firstJob: outcomes.firstJob.rawValue, lastJob: outcomes.lastJob.rawValue, first: outcomes.first.iso8601,
            last: outcomes.last.iso8601)
    }
}
