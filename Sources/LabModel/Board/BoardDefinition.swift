/// A board as its file describes it.
public struct BoardDefinition: Hashable, Sendable, Codable {
    public var name: BoardName
    public var type: DeviceTypeName
    public var tags: [String]
    /// Which driver makes this board: `qemu` or `sim`.
    public var driver: String
    /// The driver's own options.
    public var options: DataValue
    /// Variables that override the type's.
    public var variables: [String: DataValue]
    public var description: String?

    public init(
        name: BoardName, type: DeviceTypeName, tags: [String] = [], driver: String, options: DataValue = .map([:]),
        variables: [String: DataValue] = [:], description: String? = nil
    ) {
        self.name = name
        self.type = type
        self.tags = tags
        self.driver = driver
        self.options = options
        self.variables = variables
        self.description = description
    }
}
