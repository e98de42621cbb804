/// What was found when a board was held against what its file and its type say.
public struct InspectionReport: Hashable, Sendable, Codable {
    /// What is looked at, in this order.
    public enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
        case powerOn = "power on"
        case console
        case bootloader = "boot loader"
        case loadAddresses = "load addresses"
        case powerOff = "power off"
    }

    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        case passed, failed
        /// Nothing there tells.
        case unknown
        /// There was nothing to look at, or something before it failed.
        case skipped
    }

    /// One thing that was looked at.
    public struct Finding: Hashable, Sendable, Codable {
        public var subject: Subject
        public var outcome: Outcome
        /// What was seen, in one sentence.
        public var detail: String
        /// What to try.
        public var advice: String?

        public init(_ subject: Subject, _ outcome: Outcome, _ detail: String, advice: String? = nil) {
            self.subject = subject
            self.outcome = outcome
            self.detail = detail
            self.advice = advice
        }
    }

    public var findings: [Finding]

    public init(findings: [Finding] = []) {
        self.findings = findings
    }

    /// Whether nothing failed. What is unknown is not a failure, and no success either.
    public var isSound: Bool { !findings.contains { $0.outcome == .failed } }
}
