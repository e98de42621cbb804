/// Who the jobs of a group are.
public struct GroupRoster: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var job: JobID
        public var role: String
        public var isEssential: Bool
        /// How it ended, when it has.
        public var ending: JobHealth?

        public init(job: JobID, role: String, isEssential: Bool = false, ending: JobHealth? = nil) {
            self.job = job
            self.role = role
            self.isEssential = isEssential
            self.ending = ending
        }
    }

    public var group: JobID
    /// Counts the runs of the group: what jobs said to each other in an earlier one is not heard in this one.
    public var run: Int
    /// In the order of submission.
    public var members: [Member]

    public init(group: JobID, run: Int, members: [Member]) {
        self.group = group
        self.run = run
        self.members = members
    }

    /// The member that is `job`.
    public func member(_ job: JobID) -> Member? { members.first { $0.job == job } }
}

/// Knows which jobs belong together.
public protocol GroupBook: Sendable {
    /// The group of a job; nil for a job of its own.
    func roster(of job: JobID) async throws(Failure) -> GroupRoster?
}

extension GroupMembership {
    /// LAVA's number of the job, such as `12.0`.
    public var number: String { "\(group).\(place)" }
}
