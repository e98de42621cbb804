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
        /// Boards for jobs: each allocation wholly or not at all, all in one transaction.
        case lease([Allocation])
        /// Its time in the queue is up.
        case expire(JobID, after: Duration)
        /// It needs what will never be, or asks for a board that is not there any more.
        case giveUp(JobID, Failure)
        /// The board has to prove that it is sound.
        case check(BoardName)
        /// Nothing to do before this moment, unless something happens.
        case wake(at: MonotonicTime)
    }

    /// Nil until the store was read.
    var queue: LabQueue?
    private(set) var holders: [BoardName: Holder] = [:]
    /// Boards that are not free, whatever the store says: those of `holders`.
    private(set) var held: Set<BoardName> = []
    private(set) var pauses: [PauseReason] = []
    private(set) var isStopping = false

    /// Looks at the queue. The boards of the leases it asks for are held from now on.
    ///
    /// - Parameters:
    ///   - isReady: whether a board's description lets it work now.
    ///   - needsMending: whether it does not before somebody mends it.
    ///   - rule: how often a board is checked, nil for one that never is; nil in a lab without checks.
    mutating func plan(
        at now: Moment, isReady: @escaping (BoardName) -> Bool = { _ in true },
        needsMending: @escaping (BoardName) -> Bool = { _ in false },
        rule: ((BoardRecord) -> HealthRule?)? = nil
    ) -> [Action] {
        guard !isStopping, queue != nil else { return [] }
        var actions: [Action] = []
        for job in queue?.expired(at: now.monotonic) ?? [] {
            actions.append(.expire(job.id, after: job.queueTimeout ?? .zero))
            queue?.leave(job.id)
        }
        for (job, failure) in (queue?.hopeless() ?? []) + (queue?.misplacedChecks() ?? []) {
            actions.append(.giveUp(job, failure))
            queue?.leave(job)
        }
        if pauses.isEmpty, queue?.waiting.isEmpty == false || rule != nil {
            if let rule {
                for board in queue?.due(apartFrom: held, at: now.wall, rule: rule) ?? [] where isReady(board) {
                    actions.append(.check(board))
                }
            }
            let conditions = QueueConditions(
                now: now, held: held, isReady: isReady, needsMending: needsMending,
                isDue: rule.map { rule in { rule($0)?.isDue($0, at: now.wall) ?? false } })
            let allocations = queue?.allocate(conditions) ?? []
            for place in allocations.flatMap(\.places) {
                holders[place.board] = .job(place.job)
                held.insert(place.board)
            }
            if !allocations.isEmpty { actions.append(.lease(allocations)) }
        }
        if let deadline = queue?.nextDeadline() { actions.append(.wake(at: deadline)) }
        return actions
    }

    /// Takes a board for work by hand, or for a change of its description.
    ///
    /// - Returns: false when somebody holds it.
    mutating func hold(_ board: BoardName, as holder: Holder = .person) -> Bool {
        guard holders[board] == nil, !isStopping else { return false }
        holders[board] = holder
        held.insert(board)
        return true
    }

    mutating func release(_ board: BoardName) {
        holders[board] = nil
        held.remove(board)
    }

    /// Nobody new gets a board while any reason stands. One of the same name is replaced.
    mutating func pause(_ reason: PauseReason) {
        resume(reason.name)
        pauses.append(reason)
    }

    mutating func resume(_ name: String) {
        pauses.removeAll { $0.name == name }
    }

    /// No lease from now on.
    mutating func stop() {
        isStopping = true
    }
}
