/// How much of a text is taken in before it is refused.
public struct YAMLLimits: Hashable, Sendable {
    /// Of the text, in bytes.
    public var bytes: Int
    /// Values in the tree, with what aliases repeat counted each time.
    public var nodes: Int
    /// Lists and mappings inside each other.
    public var depth: Int

    public init(bytes: Int, nodes: Int, depth: Int) {
        self.bytes = bytes
        self.nodes = nodes
        self.depth = depth
    }

    /// For jobs, test definitions, device types and configuration: 1 MiB, 100 000 values, 64 levels.
    public static let standard = YAMLLimits(bytes: 1 << 20, nodes: 100_000, depth: 64)
}
