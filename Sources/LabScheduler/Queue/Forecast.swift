import LabModel

/// When waiting jobs will about begin: the queue played on by how long such jobs ran before.
struct Forecast {
    /// When one job's boards are there.
    struct Start: Hashable, Sendable {
        var start: MonotonicTime
        /// When the first of its boards is free, whoever gets it; nil when one is free now.
        var firstFree: MonotonicTime?
    }

    /// Jobs whose beginning is played; nobody plans by those behind.
    private static let limit = 20_000

    /// In the order of their turns.
    let order: [JobRecord]
    /// Nothing for a job of which nobody can say.
    let starts: [JobID: Start]

    /// - Parameter last: nobody behind this job is looked at; nil for everybody.
    init(_ queue: LabQueue, upTo last: JobID? = nil, conditions: QueueConditions) {
        let now = conditions.now.monotonic
        order = queue.inOrder(upTo: last, at: now)
        var free = Self.frees(queue, conditions)
        var starts: [JobID: Start] = [:]
        var boards: [Demand: [Int]] = [:]
        for job in order.prefix(Self.limit) where queue.waiting[job.id]?.needs.isEmpty ?? false {
            let demand = Demand(job)
            let usable = boards[demand] ?? Self.boards(for: demand, queue)
            boards[demand] = usable
            guard let best = usable.min(by: { free[$0] < free[$1] }), free[best] < .never else { continue }
            let start = max(now, free[best])
            starts[job.id] = Start(start: start, firstFree: free[best] > now ? free[best] : nil)
            free[best] = queue.times.wholeEstimate(job).map { start.advanced(by: $0) } ?? .never
        }
        self.starts = starts
    }

    private static func boards(for demand: Demand, _ queue: LabQueue) -> [Int] {
        let trusted = queue.pool.boardsAnew(for: demand).filter { demand.trusts(queue.pool[$0].health) }
        guard !demand.tried.isEmpty else { return trusted }
        let others = trusted.filter { demand.isAnother(queue.pool[$0]) }
        return others.isEmpty ? trusted : others
    }

    /// When each board is free: `never` when nobody can say.
    private static func frees(_ queue: LabQueue, _ conditions: QueueConditions) -> [MonotonicTime] {
        let now = conditions.now.monotonic
        var frees = queue.pool.boards.map { board -> MonotonicTime in
            if let lease = board.reservation {
                return now.advanced(by: max(.zero, lease.ends.duration(since: conditions.now.wall)))
            }
            let isFree = board.state == .idle && !conditions.held.contains(board.name)
            return isFree && !conditions.needsMending(board.name) ? now : .never
        }
        for run in queue.running.values {
            guard let name = run.record.board ?? run.record.requestedBoard, let number = queue.pool.number(of: name),
                let length = queue.times.wholeEstimate(run.record)
            else { continue }
            // One that takes longer than it should may take a tenth more.
            let end = run.since.advanced(by: length)
            frees[number] = end > now ? end : now.advanced(by: length / 10)
        }
        return frees
    }
}

extension MonotonicTime {
    fileprivate static let never = MonotonicTime(nanoseconds: .max)
}

extension LabQueue {
    /// Waiting jobs by their turns: all, or those up to `last`.
    func inOrder(upTo last: JobID? = nil, at now: MonotonicTime) -> [JobRecord] {
        var known: [String: Duration] = [:]
        func turn(_ entry: Waiting) -> Turn {
            let submitter = entry.record.submitter
            let share = entry.record.isHealthCheck ? .zero : known[submitter] ?? shares.share(of: submitter, at: now)
            if !entry.record.isHealthCheck { known[submitter] = share }
            return Turn(rank: entry.rank, share: share, job: entry.record.id)
        }
        let bound = last.flatMap { waiting[$0] }.map(turn)
        var turns: [Turn] = []
        for entry in waiting.values {
            let turn = turn(entry)
            if bound.map({ turn <= $0 }) ?? true { turns.append(turn) }
        }
        return turns.sorted().compactMap { waiting[$0.job]?.record }
    }
}
