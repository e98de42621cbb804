import HeapModule
import LabModel

/// What one look at the queue is told of the moment it happens at.
struct QueueConditions {
    var now: Moment
    /// Boards that are not free, whatever the store says.
    var held: Set<BoardName> = []
    /// Whether a board's description lets it work now. Asked only of boards that are about to be given.
    var isReady: (BoardName) -> Bool = { _ in true }
    /// Whether a board will not be ready before somebody mends it: nobody waits for such a one.
    var needsMending: (BoardName) -> Bool = { _ in false }
    /// Whether a board has to be checked before it takes another job; nil in a lab without checks.
    var isDue: ((BoardRecord) -> Bool)?
}

extension LabQueue {
    private enum Line {
        case lane(Int)
        case group(JobID)
    }

    private struct Candidate: Comparable {
        let turn: Turn
        let line: Line

        static func == (lhs: Candidate, rhs: Candidate) -> Bool { lhs.turn == rhs.turn }
        static func < (lhs: Candidate, rhs: Candidate) -> Bool { lhs.turn < rhs.turn }
    }

    /// Who gets which boards now, by turns. A group that cannot begin keeps the boards it would take from everybody
    /// behind it, until this look is over: nobody holds anything while they wait, so nobody can wait for each other.
    mutating func allocate(_ conditions: QueueConditions) -> [Allocation] {
        guard !waiting.isEmpty, pool.usableCount > 0 else { return [] }
        var free = FreeBoards(pool: pool, checked: checked.keys, conditions)
        let now = conditions.now.monotonic
        var candidates = Heap(candidates(at: now))
        var allocations: [Allocation] = []
        var searches = GroupSearches()
        while free.count > 0, let next = candidates.popMin() {
            switch next.line {
            case .lane(let number):
                guard let turn = turn(ofLane: number, at: now) else { continue }
                if turn > next.turn {
                    // Its submitter got a board in this look.
                    candidates.insert(Candidate(turn: turn, line: next.line))
                } else if let job = waiting[turn.job]?.record,
                    let board = free.take(for: lanes[number].key.demand, pool: &pool)
                {
                    allocations.append(give([job], [board], at: now))
                    if let turn = self.turn(ofLane: number, at: now) {
                        candidates.insert(Candidate(turn: turn, line: next.line))
                    }
                }
            case .group(let id):
                guard let group = groups[id], let turn = turn(of: group, at: now) else { continue }
                if turn > next.turn {
                    candidates.insert(Candidate(turn: turn, line: next.line))
                } else if let boards = searches.boards(for: group.demands, from: &free, pool: &pool) {
                    allocations.append(give(group.members, boards, at: now))
                }
            }
        }
        return allocations
    }

    private mutating func candidates(at now: MonotonicTime) -> [Candidate] {
        var found: [Candidate] = []
        for number in lanes.indices {
            guard let turn = turn(ofLane: number, at: now) else { continue }
            found.append(Candidate(turn: turn, line: .lane(number)))
        }
        for (id, group) in groups where group.isWhole {
            guard let turn = turn(of: group, at: now) else { continue }
            found.append(Candidate(turn: turn, line: .group(id)))
        }
        return found
    }

    private mutating func turn(ofLane number: Int, at now: MonotonicTime) -> Turn? {
        guard let ticket = head(ofLane: number), let job = waiting[ticket.job] else { return nil }
        return turn(of: job.record, rank: job.rank, at: now)
    }

    /// A group's turn is that of its first member.
    func turn(of group: WaitingGroup, at now: MonotonicTime) -> Turn? {
        guard let first = group.members.first, let entry = waiting[first.id] else { return nil }
        return turn(of: entry.record, rank: entry.rank, at: now)
    }

    private mutating func give(_ jobs: [JobRecord], _ boards: [Int], at now: MonotonicTime) -> Allocation {
        for (job, board) in zip(jobs, boards) {
            plan(job, at: now)
            pool.noteUse(board)
        }
        return Allocation(
            zip(jobs, boards).map { Allocation.Place(job: $0.id, board: pool[$1].name) })
    }
}
