/// Looks back over what the lab has seen.
public protocol HistoryReading: Sendable {
    /// The last outcomes of a test case.
    func outcomes(_ query: CaseQuery) async throws(Failure) -> CaseOutcomes
    /// Test cases that ended differently on the same build.
    func flaky(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<FlakyCase>
    /// Test cases that fail since a build, or pass since one.
    func changes(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<CaseChange>
    /// The last runs on a board, newest first.
    func runs(on board: BoardName, limit: Int) async throws(Failure) -> [BoardRun]
    /// Each present board's last runs (at most `BoardTrends.window`), newest first.
    func recentRuns() async throws(Failure) -> [BoardName: [BoardRun]]
    /// The last changes of a board's health, newest first.
    func healthChanges(of board: BoardName, limit: Int) async throws(Failure) -> [HealthChange]
    /// Runs on the board of `job` before it in which every boot succeeded, the likeliest to compare with first: of the
    /// same name, then newest first.
    func goodBoots(before job: JobID, limit: Int) async throws(Failure) -> [BoardRun]
}

/// Which results are looked through for changes.
public struct ChangeQuery: Hashable, Sendable {
    /// Changes since then; results from before it are looked at as well, to know what was.
    public var since: WallTime
    public var suite: String?
    public var deviceType: DeviceTypeName?
    public var job: String?
    /// At most so many are told.
    public var limit: Int

    public init(
        since: WallTime, suite: String? = nil, deviceType: DeviceTypeName? = nil, job: String? = nil, limit: Int = 50
    ) {
        self.since = since
        self.suite = suite
        self.deviceType = deviceType
        self.job = job
        self.limit = limit
    }
}

/// What was found, and in what.
public struct ChangeReport<Item: Hashable & Sendable>: Hashable, Sendable {
    public var items: [Item]
    /// How many there are in all.
    public var total: Int
    /// Results that were looked at: passes and failures of ended runs.
    public var results: Int
    /// Those among them of jobs whose build nobody knows: nothing can be said about them.
    public var withoutBuild: Int
    /// Whether there are older results that were not looked at.
    public var isCut: Bool

    public init(items: [Item], total: Int, results: Int, withoutBuild: Int, isCut: Bool) {
        self.items = items
        self.total = total
        self.results = results
        self.withoutBuild = withoutBuild
        self.isCut = isCut
    }
}

/// A test case where the same thing is tested in the same way: one job by name on one device type.
public struct CaseStream: Hashable, Sendable {
    public var suite: String
    public var testSet: String?
    public var name: String
    public var job: String
    public var deviceType: DeviceTypeName?

    public init(suite: String, testSet: String? = nil, name: String, job: String, deviceType: DeviceTypeName?) {
        self.suite = suite
        self.testSet = testSet
        self.name = name
        self.job = job
        self.deviceType = deviceType
    }
}

/// How a case ended on one build.
public struct BuildOutcomes: Hashable, Sendable {
    public var build: BuildName
    public var passes: Int
    public var failures: Int
    /// The first and the last run's job.
    public var firstJob: JobID
    public var lastJob: JobID
    public var first: WallTime
    public var last: WallTime

    public init(
        build: BuildName, passes: Int, failures: Int, firstJob: JobID, lastJob: JobID, first: WallTime, last: WallTime
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

/// A case that passes and fails on the same build.
public struct FlakyCase: Hashable, Sendable {
    public var stream: CaseStream
    public var passes: Int
    public var failures: Int
    /// Changes from one outcome to another between runs of one build that follow each other.
    public var flips: Int
    /// Pairs of runs of one build that follow each other: how often it could have flipped.
    public var repeats: Int
    /// When it last flipped, and in which job.
    public var lastFlip: WallTime
    public var lastJob: JobID
    /// The boards it failed on; more than one, or it may be the board.
    public var boards: [BoardName]
    /// The build of the last flip.
    public var build: BuildName

    public init(
        stream: CaseStream, passes: Int, failures: Int, flips: Int, repeats: Int, lastFlip: WallTime, lastJob: JobID,
        boards: [BoardName], build: BuildName
    ) {
        self.stream = stream
        self.passes = passes
        self.failures = failures
        self.flips = flips
        self.repeats = repeats
        self.lastFlip = lastFlip
        self.lastJob = lastJob
        self.boards = boards
        self.build = build
    }

    /// `flips` of `repeats`.
    public var rate: Double { repeats > 0 ? Double(flips) / Double(repeats) : 0 }
}

/// A case that fails since a build and passed before, or the other way round.
public struct CaseChange: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case regression, progression
    }

    /// How sure it is that this is more than chance.
    public enum Certainty: String, Sendable, Codable, CaseIterable {
        /// Chance would do so less than once in a hundred times.
        case sure
        /// Less than once in ten times.
        case likely
        /// Too few runs to say.
        case thin
    }

    public var stream: CaseStream
    public var kind: Kind
    /// The last build on which it was otherwise.
    public var before: BuildOutcomes
    /// The first build of the new kind.
    public var since: BuildOutcomes
    /// The newest build.
    public var now: BuildOutcomes
    /// Builds from `since` to `now`, both included.
    public var builds: Int
    public var certainty: Certainty

    public init(
        stream: CaseStream, kind: Kind, before: BuildOutcomes, since: BuildOutcomes, now: BuildOutcomes, builds: Int,
        certainty: Certainty
    ) {
        self.stream = stream
        self.kind = kind
        self.before = before
        self.since = since
        self.now = now
        self.builds = builds
        self.certainty = certainty
    }
}
