import HeapModule
import LabModel

/// What one look at the queue is told of the moment it happens at.
struct QueueConditions {
    var now: Moment
    /// Boards that are not free, whatever the store says.
    var held: Set<BoardName> = []
    /// Whether a board's description lets it work now. Asked only of boards that are about to be given.
    var isReady: (BoardName) -> Bool = { _ in true }
    /// Whether a board has to be checked before it takes another job; nil in a lab without checks.
    var isDue: ((BoardRecord) -> Bool)?
}

extension LabQueue {
    /// Groups that are tried in one look; those behind wait for the next.
    private static let groupLimit = 256

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
        var groupsTried = 0
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
                } else if groupsTried < Self.groupLimit {
                    groupsTried += 1
                    if let boards = free.takeAll(for: group.members.map(Demand.init), pool: &pool) {
                        allocations.append(give(group.members, boards, at: now))
                    }
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

/// The boards that can be given in one look at the queue.
private struct FreeBoards {
    private(set) var count: Int
    private var isFree: [Bool]
    /// Kept for a group that waits for others.
    private var isClaimed: [Bool]
    /// Free but for normal jobs.
    private var isForCheck: [Bool]
    /// The free boards of each demand, best first, as far as they were not looked at yet.
    private var lists: [Demand: ArraySlice<Int>] = [:]
    private let isReady: (BoardName) -> Bool

    init(pool: BoardPool, checked: some Sequence<BoardName>, _ conditions: QueueConditions) {
        isReady = conditions.isReady
        isClaimed = Array(repeating: false, count: pool.boards.count)
        isForCheck = isClaimed
        isFree = pool.isUsable
        count = pool.usableCount
        for number in conditions.held.compactMap({ pool.number(of: $0) }) where isFree[number] {
            isFree[number] = false
            count -= 1
        }
        for number in checked.compactMap({ pool.number(of: $0) }) { isForCheck[number] = true }
        guard let isDue = conditions.isDue else { return }
        for number in isFree.indices where isFree[number] && isDue(pool[number]) { isForCheck[number] = true }
    }

    /// The best board for `demand`, which is not free any more then.
    mutating func take(for demand: Demand, pool: inout BoardPool) -> Int? {
        var list = lists[demand] ?? list(for: demand, pool: &pool)[...]
        defer { lists[demand] = list }
        while let number = list.popFirst() {
            guard isFree[number], !isClaimed[number], check(number, pool) else { continue }
            remove(number)
            return number
        }
        return nil
    }

    /// A board for each of `demands`, or none at all: then the boards they would take, free ones first, are kept.
    mutating func takeAll(for demands: [Demand], pool: inout BoardPool) -> [Int]? {
        var free: [[Int]] = []
        var all: [[Int]] = []
        for demand in demands {
            let usable = list(for: demand, pool: &pool).filter { !isClaimed[$0] && check($0, pool) }
            let busy = pool.boards(for: demand).filter {
                demand.trusts(pool[$0].health) && !isFree[$0] && !isClaimed[$0]
            }
            free.append(usable)
            all.append(usable + busy)
        }
        if let boards = BoardMatching(candidates: free).complete {
            for board in boards { remove(board) }
            return boards
        }
        for board in BoardMatching(candidates: all).complete ?? [] {
            if isFree[board] { count -= 1 }
            isClaimed[board] = true
        }
        return nil
    }

    private func list(for demand: Demand, pool: inout BoardPool) -> [Int] {
        var boards = pool.boards(for: demand)
        if !demand.tried.isEmpty {
            // Another board first, also when it is busy now; one that failed the job only when there is no other.
            // A board that a person has may be busy for days.
            let others = boards.filter {
                let board = pool[$0]
                return demand.trusts(board.health) && !demand.tried.contains(board.name)
                    && (board.state != .reserved || board.currentJob != nil)
            }
            if !others.isEmpty { boards = others }
        }
        return pool.byPreference(
            boards.filter {
                isFree[$0] && demand.trusts(pool[$0].health) && (demand.isHealthCheck || !isForCheck[$0])
            })
    }

    /// A board whose description changes is not given.
    private mutating func check(_ number: Int, _ pool: BoardPool) -> Bool {
        if isReady(pool[number].name) { return true }
        remove(number)
        return false
    }

    private mutating func remove(_ number: Int) {
        guard isFree[number] else { return }
        isFree[number] = false
        if !isClaimed[number] { count -= 1 }
    }
}

extension BoardMatching {
    /// The boards, in the order of the places; nil unless every place has one.
    fileprivate var complete: [Int]? {
        let found = boards.compactMap { $0 }
        return found.count == boards.count ? found : nil
    }
}
