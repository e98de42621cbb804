public import LabModel

/// What is known of a board's power, as interfaces show it.
public struct PowerReportInfo: Codable, Sendable, Equatable {
    /// What it was last switched to, `on` or `off`; nil before the first switch of this labd.
    public var desired: String?
    /// What the switch itself says: `on`, `off` or `unknown`.
    public var reported: String
    /// What was seen of it: `on`, `off`, `unknown` or `stuck`.
    public var verified: String
    public var evidence: [Evidence]
    /// How often the switch was told.
    public var attempts: Int

    /// One observation.
    public struct Evidence: Codable, Sendable, Equatable {
        /// `read-back`, `console`, `usb` or `meter`.
        public var source: String
        public var says: String
        public var detail: String

        public init(source: String, says: String, detail: String) {
            self.source = source
            self.says = says
            self.detail = detail
        }
    }

    public init(_ report: PowerReport) {
        desired = report.desired?.rawValue
        reported = report.reported.rawValue
        verified = report.verified.rawValue
        evidence = report.evidence.map {
            Evidence(source: $0.source.rawValue, says: $0.says.rawValue, detail: $0.detail)
        }
        attempts = report.attempts
    }
}

/// The body of a request to press a pin or a button of a board.
public struct LineRequest: Codable, Sendable, Equatable {
    /// `press`, `hold` or `release`.
    public var change: String
    /// How long it is pressed; the line's own time when it is not given.
    public var seconds: Double?

    public init(change: String, seconds: Double? = nil) {
        self.change = change
        self.seconds = seconds
    }
}
