import HeapModule
import LabModel

/// Jobs of one submitter that ask the same of their board. Only the first can be next, so a look at the queue costs by
/// lanes and not by jobs.
struct Lane: Sendable {
    struct Key: Hashable, Sendable {
        var demand: Demand
        var submitter: String
    }

    /// A job's place in its lane. One whose serial is not the job's any more is void.
    struct Ticket: Comparable, Sendable {
        let rank: Int64
        let job: JobID
        let serial: Int

        static func < (lhs: Ticket, rhs: Ticket) -> Bool { (lhs.rank, lhs.job) < (rhs.rank, rhs.job) }
    }

    let key: Key
    var tickets: Heap<Ticket> = []
}

/// Jobs that get their boards together or not at all.
struct WaitingGroup: Sendable {
    /// How many jobs the group has.
    let size: Int
    /// Those that wait, in order of their places.
    private(set) var members: [JobRecord] = []
    /// What they ask for, in the same order.
    private(set) var demands: [Demand] = []

    init(size: Int) {
        self.size = size
    }

    /// Whether all of them wait: only then can they begin.
    var isWhole: Bool { members.count == size }

    mutating func insert(_ job: JobRecord) {
        remove(job.id)
        let place = job.group?.place ?? 0
        let index = members.firstIndex { ($0.group?.place ?? 0) > place } ?? members.count
        members.insert(job, at: index)
        demands.insert(Demand(job), at: index)
    }

    mutating func remove(_ job: JobID) {
        guard let index = members.firstIndex(where: { $0.id == job }) else { return }
        members.remove(at: index)
        demands.remove(at: index)
    }
}
