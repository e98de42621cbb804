/// Something that `labd check` found.
public struct StateFinding: Hashable, Sendable, Codable {
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// Worth knowing; nothing has to be done.
        case note
        /// Something is missing or left over; labd works on.
        case warning
        /// What is stored contradicts itself.
        case error
    }

    public var severity: Severity
    /// What was looked at, such as `leases`.
    public var subject: String
    public var message: String
    /// What to do.
    public var advice: String?

    public init(_ severity: Severity, _ subject: String, _ message: String, advice: String? = nil) {
        self.severity = severity
        self.subject = subject
        self.message = message
        self.advice = advice
    }
}
