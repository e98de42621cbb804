public import LabModel

/// What was found when a board was held against its file and its type.
public struct InspectionInfo: Codable, Sendable, Equatable {
    /// Whether nothing failed.
    public var isSound: Bool
    public var findings: [Finding]

    /// One thing that was looked at.
    public struct Finding: Codable, Sendable, Equatable {
        public var subject: String
        /// `passed`, `failed`, `unknown` or `skipped`.
        public var outcome: String
        public var detail: String
        public var advice: String?

        public init(subject: String, outcome: String, detail: String, advice: String? = nil) {
            self.subject = subject
            self.outcome = outcome
            self.detail = detail
            self.advice = advice
        }
    }

    public init(_ report: InspectionReport) {
        isSound = report.isSound
        findings = report.findings.map {
            Finding(
                subject: $0.subject.rawValue, outcome: $0.outcome.rawValue, detail: $0.detail, advice: $0.advice)
        }
    }
}
