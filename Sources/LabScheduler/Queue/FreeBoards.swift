import LabModel

/// The boards that can be given in one look at the queue. In one look they only get fewer.
struct FreeBoards {
    /// What came of a search for all boards of a group.
    enum Search {
        case found([Int])
        /// The group cannot begin now; the boards that it would take are kept for it.
        case kept
        /// Not even with the boards that others have now could it begin.
        case futile
    }

    private(set) var count: Int
    private var isFree: [Bool]
    /// Kept for a group that waits for others.
    private var isClaimed: [Bool]
    /// Free but for normal jobs.
    private var isForCheck: [Bool]
    /// Whether a board needs mending, of those that were asked for.
    private var asked: [Bool?]
    /// The free boards of each demand, best first, as far as they were not looked at yet.
    private var lists: [Demand: ArraySlice<Int>] = [:]
    private let isReady: (BoardName) -> Bool
    private let needsMending: (BoardName) -> Bool

    init(pool: BoardPool, checked: some Sequence<BoardName>, _ conditions: QueueConditions) {
        isReady = conditions.isReady
        needsMending = conditions.needsMending
        isClaimed = Array(repeating: false, count: pool.boards.count)
        isForCheck = isClaimed
        asked = Array(repeating: nil, count: pool.boards.count)
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
            guard isToBeHad(number, demand), check(number, pool) else { continue }
            remove(number)
            return number
        }
        return nil
    }

    /// Whether a board that `demand` may have is free.
    mutating func has(_ demand: Demand, pool: inout BoardPool) -> Bool {
        var list = lists[demand] ?? list(for: demand, pool: &pool)[...]
        defer { lists[demand] = list }
        while let number = list.first {
            if isToBeHad(number, demand) { return true }
            list.removeFirst()
        }
        return false
    }

    /// A board for each of `demands`, or none at all: then the boards they would take, free ones first, are kept.
    mutating func takeAll(for demands: [Demand], pool: inout BoardPool) -> Search {
        var free: [[Int]] = []
        var all: [[Int]] = []
        for demand in demands {
            let list = has(demand, pool: &pool) ? lists[demand] ?? [] : []
            let usable: [Int] = list.filter { isToBeHad($0, demand) && check($0, pool) }
            let busy = pool.boards(for: demand).filter { isComing($0, demand, pool) }
            free.append(usable)
            all.append(usable + busy)
        }
        if let boards = BoardMatching(candidates: free).complete {
            for board in boards { remove(board) }
            return .found(boards)
        }
        guard let boards = BoardMatching(candidates: all).complete else { return .futile }
        for board in boards {
            if isFree[board], !isForCheck[board] { count -= 1 }
            isClaimed[board] = true
        }
        return .kept
    }

    private mutating func list(for demand: Demand, pool: inout BoardPool) -> [Int] {
        var boards = pool.boards(for: demand)
        if !demand.tried.isEmpty {
            // Another board first, also when it is busy now; one that failed the job only when there is no other.
            let others = boards.filter { demand.isAnother(pool[$0]) && !isBroken($0, pool) }
            if !others.isEmpty { boards = others }
        }
        return pool.byPreference(
            boards.filter {
                isFree[$0] && demand.trusts(pool[$0].health) && (demand.isHealthCheck || !isForCheck[$0])
            })
    }

    /// The check of a board that is kept for a group goes first: without it nobody gets the board.
    private func isToBeHad(_ number: Int, _ demand: Demand) -> Bool {
        isFree[number] && (!isClaimed[number] || demand.isHealthCheck)
    }

    /// Whether a board that is not to be had now will be, as far as anybody knows.
    private mutating func isComing(_ number: Int, _ demand: Demand, _ pool: BoardPool) -> Bool {
        guard !isFree[number] || (isForCheck[number] && !demand.isHealthCheck), !isClaimed[number] else { return false }
        return demand.trusts(pool[number].health) && !pool[number].isLent && !isBroken(number, pool)
    }

    private mutating func isBroken(_ number: Int, _ pool: BoardPool) -> Bool {
        if let known = asked[number] { return known }
        let answer = needsMending(pool[number].name)
        asked[number] = answer
        return answer
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
        if !isClaimed[number] || isForCheck[number] { count -= 1 }
    }
}

extension BoardMatching {
    /// The boards, in the order of the places; nil unless every place has one.
    fileprivate var complete: [Int]? {
        let found = boards.compactMap { $0 }
        return found.count == boards.count ? found : nil
    }
}
