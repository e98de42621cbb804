import LabModel

/// Who has which board in this process, and what is to be done next. No I/O: it is asked, and answers with actions.
struct SchedulerState: Sendable {
    /// Who holds a board.
    enum Holder: Hashable, Sendable {
        case job(JobID)
        /// Somebody switches it by hand.
        case person
        /// It is opened, exchanged or closed, because its description changed.
        case change
    }

    enum Action: Hashable, Sendable {
        case lease(JobID, BoardName)
        /// Its time in the queue is up.
        case expire(JobID, after: Duration)
        /// Nothing to do before this moment, unless something happens.
        case wake(at: WallTime)
    }

    private(set) var holders: [BoardName: Holder] = [:]
    private(set) var isStopping = false

    /// Boards that are not free, whatever the store says.
    var held: Set<BoardName> { Set(holders.keys) }

    /// Looks at the queue. The boards of the leases it asks for are held from now on.
    mutating func plan(_ queue: QueueSnapshot, at now: WallTime) -> [Action] {
        guard !isStopping else { return [] }
        let expired = queue.expired(at: now)
        var actions = expired.map { Action.expire($0.id, after: $0.queueTimeout ?? .zero) }
        let gone = Set(expired.map(\.id))
        let waiting = QueueSnapshot(
            jobs: queue.jobs.filter { !gone.contains($0.id) }, boards: queue.boards, changing: queue.changing)
        for (job, board) in waiting.pairs(apartFrom: held) {
            holders[board] = .job(job.id)
            actions.append(.lease(job.id, board))
        }
        if let deadline = waiting.nextDeadline(after: now) { actions.append(.wake(at: deadline)) }
        return actions
    }

    /// Takes a board for work by hand, or for a change of its description.
    ///
    /// - Returns: false when somebody holds it.
    mutating func hold(_ board: BoardName, as holder: Holder = .person) -> Bool {
        guard holders[board] == nil, !isStopping else { return false }
        holders[board] = holder
        return true
    }

    mutating func release(_ board: BoardName) {
        holders[board] = nil
    }

    /// No lease from now on.
    mutating func stop() {
        isStopping = true
    }
}
