public import LabModel

/// The body of a request to qualify a board.
public struct QualifyRequest: Codable, Sendable, Equatable {
    /// 1...1000; 20 when it is not given.
    public var boots: Int?
    /// What the console shows when the board is up, a regular expression; a login or shell prompt when it is not given.
    public var marker: String?
    /// How long a boot may take, in seconds; 300 when it is not given.
    public var within: Double?

    public init(boots: Int? = nil, marker: String? = nil, within: Double? = nil) {
        self.boots = boots
        self.marker = marker
        self.within = within
    }
}

/// What came of a qualification. Times are seconds.
public struct QualificationInfo: Codable, Sendable, Equatable {
    public var isQualified: Bool
    public var summary: String
    public var wanted: Int
    public var boots: [Boot]

    /// One boot.
    public struct Boot: Codable, Sendable, Equatable {
        public var number: Int
        public var bootTime: Double?
        /// What was known of the power after switching on, and after switching off.
        public var on: String
        public var off: String
        public var failure: String?

        public init(number: Int, bootTime: Double?, on: String, off: String, failure: String?) {
            self.number = number
            self.bootTime = bootTime
            self.on = on
            self.off = off
            self.failure = failure
        }
    }

    public init(_ report: QualificationReport) {
        isQualified = report.isQualified
        summary = report.summary
        wanted = report.wanted
        boots = report.boots.map {
            Boot(
                number: $0.number, bootTime: $0.bootTime?.inSeconds, on: $0.on.rawValue, off: $0.off.rawValue,
                failure: $0.failure)
        }
    }
}
