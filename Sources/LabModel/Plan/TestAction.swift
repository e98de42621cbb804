/// A `test` block.
public struct TestAction: Hashable, Sendable, Codable {
    public enum Content: Hashable, Sendable, Codable {
        case definitions([TestDefinitionRequest])
        case interactive([InteractiveScript])
        case monitors([MonitorRequest])
    }

    /// `test.name`, when the job gave one.
    public var name: String?
    public var content: Content

    public init(name: String? = nil, content: Content) {
        self.name = name
        self.content = content
    }
}
