/// Which outcomes of a test case are asked for. Nil means any.
public struct CaseQuery: Hashable, Sendable {
    public var name: String
    /// As recorded, such as `0_smoke`, or without the number: `smoke`.
    public var suite: String?
    /// The name of the job.
    public var job: String?
    public var deviceType: DeviceTypeName?
    public var board: BoardName?
    /// 1...1000.
    public var limit: Int

    public init(
        name: String, suite: String? = nil, job: String? = nil, deviceType: DeviceTypeName? = nil,
        board: BoardName? = nil, limit: Int = 50
    ) {
        self.name = name
        self.suite = suite
        self.job = job
        self.deviceType = deviceType
        self.board = board
        self.limit = limit
    }
}

/// How a test case ended in one run of one job.
public struct CaseOutcome: Hashable, Sendable {
    public var suite: String
    public var testSet: String?
    public var result: TestResult
    public var measurement: Double?
    public var units: String?
    public var logged: WallTime
    public var job: JobID
    public var jobName: String
    public var attempt: Int
    public var deviceType: DeviceTypeName?
    public var board: BoardName?
    /// Nil when the job says nothing and had no images, or has not ended.
    public var build: BuildName?

    public init(
        suite: String, testSet: String? = nil, result: TestResult, measurement: Double? = nil, units: String? = nil,
        logged: WallTime, job: JobID, jobName: String, attempt: Int, deviceType: DeviceTypeName? = nil,
        board: BoardName? = nil, build: BuildName? = nil
    ) {
        self.suite = suite
        self.testSet = testSet
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

/// The answer to a `CaseQuery`.
public struct CaseOutcomes: Hashable, Sendable {
    /// Newest first.
    public var outcomes: [CaseOutcome]
    /// Whether older results were left unlooked at, because the filters leave out very many.
    public var isCut: Bool

    public init(outcomes: [CaseOutcome], isCut: Bool = false) {
        self.outcomes = outcomes
        self.isCut = isCut
    }
}
