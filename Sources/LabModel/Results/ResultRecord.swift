/// One recorded test case of a job.
public struct ResultRecord: Hashable, Sendable, Codable {
    /// `lava` for the job's own steps, else `<index>_<definition>` or `<stage>_<interactive>`.
    public var suite: String
    public var testSet: String?
    public var name: String
    public var result: TestResult
    public var measurement: Double?
    /// The unit of `measurement`, as the test wrote it.
    public var units: String?
    /// What else is known: `level`, `duration`, `namespace`, `error_type`, `error_msg`, `extra`, `uuid` and the like.
    public var metadata: [String: DataValue]
    public var logged: WallTime

    public init(
        suite: String, testSet: String? = nil, name: String, result: TestResult, measurement: Double? = nil,
        units: String? = nil, metadata: [String: DataValue] = [:], logged: WallTime
    ) {
        self.suite = suite
        self.testSet = testSet
        self.name = name
        self.result = result
        self.measurement = measurement
        self.units = units
        self.metadata = metadata
        self.logged = logged
    }
}
