/// One entry of `monitors`: results read from output between two marks, with nothing typed.
public struct MonitorRequest: Hashable, Sendable, Codable {
    public var name: String
    /// Regular expressions.
    public var start: String
    public var end: String
    /// With the groups `test_case_id`, `result`, `measurement`, `units`.
    public var pattern: String
    public var fixups: [String: String]
    /// Case names that must be there; nil when the job does not say.
    public var expected: [String]?

    public init(
        name: String, start: String, end: String, pattern: String, fixups: [String: String] = [:],
        expected: [String]? = nil
    ) {
        self.name = name
        self.start = start
        self.end = end
        self.pattern = pattern
        self.fixups = fixups
        self.expected = expected
    }
}
