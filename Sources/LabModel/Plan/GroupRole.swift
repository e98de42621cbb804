/// What a job of a group is to the others.
public struct GroupRole: Hashable, Sendable, Codable {
    /// Such as `server`, from `protocols: lava-multinode: roles`.
    public var name: String
    /// Whether the group ends when this job does not end well.
    public var isEssential: Bool
    /// `timeout` of `lava-multinode`, or of the role: how long one call waits for the others; nil for as long as the
    /// block it stands in may take.
    public var waitLimit: Duration?

    public init(name: String, isEssential: Bool, waitLimit: Duration? = nil) {
        self.name = name
        self.isEssential = isEssential
        self.waitLimit = waitLimit
    }
}
