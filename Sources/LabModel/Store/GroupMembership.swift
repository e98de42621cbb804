/// A job's place in a group of jobs that run together, LAVA's multinode.
public struct GroupMembership: Hashable, Sendable, Codable {
    /// The number of the group's first job, which names the group as LAVA's `12.0` does.
    public var group: JobID
    /// Such as `server`, from `protocols: lava-multinode: roles`.
    public var role: String
    /// 0 and up, in the order of submission: LAVA's number behind the dot.
    public var place: Int
    /// How many jobs the group has.
    public var size: Int
    /// Whether the group ends when this job does not end well.
    public var isEssential: Bool

    public init(group: JobID, role: String, place: Int, size: Int, isEssential: Bool) {
        self.group = group
        self.role = role
        self.place = place
        self.size = size
        self.isEssential = isEssential
    }
}
