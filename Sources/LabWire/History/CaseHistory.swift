public import LabModel

/// The last outcomes of a test case, newest first.
public struct CaseHistory: Codable, Sendable, Equatable {
    public var name: String
    public var outcomes: [CaseOutcomeInfo]
    /// Whether older results were left unlooked at, because the filters leave out very many.
    public var cut: Bool

    public init(name: String, outcomes: [CaseOutcomeInfo], cut: Bool) {
        self.name = name
        self.outcomes = outcomes
        self.cut = cut
    }
}

/// How a test case ended in one run of one job.
public struct CaseOutcomeInfo: Codable, Sendable, Equatable {
    public var suite: String
    public var set: String?
    /// `pass`, `fail`, `skip` or `unknown`.
    public var result: String
    public var measurement: Double?
    public var units: String?
    /// ISO 8601, UTC.
    public var logged: String
    public var job: Int64
    public var jobName: String
    public var attempt: Int
    public var deviceType: String?
    public var board: String?
    /// Nil while the job runs, and when nobody knows.
    public var build: BuildInfo?

    public init(
        suite: String, set: String? = nil, result: String, measurement: Double? = nil, units: String? = nil,
        logged: String, job: Int64, jobName: String, attempt: Int, deviceType: String? = nil, board: String? = nil,
        build: BuildInfo? = nil
    ) {
        self.suite = suite
        self.set = set
        self.result = result
        self.measurement = measurement
        self.units = units
        self.logged = logged
        self.job = job
        self.jobName = jobName
        self.attempt = attempt
        self.deviceType = deviceType
        self.board = board
        self.build = build
    }
}

extension CaseOutcomeInfo {
    public init(_ outcome: CaseOutcome) {
        self.init(
            suite: outcome.suite, set: outcome.testSet, result: outcome.result.name, measurement: outcome.measurement,
            units: outcome.units, logged: outcome.logged.iso8601, job: outcome.job.rawValue, jobName: outcome.jobName,
            attempt: outcome.attempt, deviceType: outcome.deviceType?.rawValue, board: outcome.board?.rawValue,
            build: outcome.build.map { BuildInfo($0) })
    }
}

/// What a job tested.
public struct BuildInfo: Codable, Sendable, Equatable {
    public var name: String
    /// `metadata: KEY` for the job's own word, `images` for the digests of what it booted.
    public var source: String

    public init(name: String, source: String) {
        self.name = name
        self.source = source
    }
}

extension BuildInfo {
    public init(_ build: BuildName) {
        self.init(name: build.name, source: build.source)
    }
}
