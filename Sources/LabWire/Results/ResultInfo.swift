public import LabModel

/// One recorded test case.
public struct ResultInfo: Codable, Sendable, Equatable {
    /// `lava` for the job's own steps.
    public var suite: String
    public var set: String?
    public var name: String
    /// `pass`, `fail`, `skip` or `unknown`.
    public var result: String
    public var measurement: Double?
    public var units: String?
    public var metadata: [String: DataValue]
    /// ISO 8601, UTC.
    public var logged: String

    public init(
        suite: String, set: String? = nil, name: String, result: String, measurement: Double? = nil,
        units: String? = nil, metadata: [String: DataValue] = [:], logged: String
    ) {
        self.suite = suite
        self.set = set
        self.name = name
        self.result = result
        self.measurement = measurement
        self.units = units
        self.metadata = metadata
        self.logged = logged
    }

    public init(_ record: ResultRecord) {
        self.init(
            suite: record.suite, set: record.testSet, name: record.name, result: record.result.name,
            measurement: record.measurement, units: record.units, metadata: record.metadata,
            logged: record.logged.iso8601)
    }
}

/// All that a job found out.
public struct JobResults: Codable, Sendable, Equatable {
    public var job: Int64
    public var results: [ResultInfo]
    public var powerCuts: [PowerCutInfo]

    public init(job: Int64, results: [ResultInfo], powerCuts: [PowerCutInfo]) {
        self.job = job
        self.results = results
        self.powerCuts = powerCuts
    }
}
