/// What a job of a group is to the others.
public struct GroupRole: Hashable, Sendable, Codable {
    /// Such as `server`, from `protocols: lava-multinode: roles`.
    public var name: String
    /// Whether the group ends when this job does not end well.
    public var isEssential: Bool

    public init(name: String, isEssential: Bool) {
        self.name = name
        self.isEssential = isEssential
    }
}
