import LabModel

/// The waiting jobs and the boards at one moment, as the store knows them.
struct QueueSnapshot: Sendable {
    /// In the order in which they get boards.
    let jobs: [JobRecord]
    /// In the order of the configuration.
    let boards: [BoardRecord]
    /// Boards that are about to be changed: nobody new gets them.
    let changing: Set<BoardName>
    /// Boards that left.
    let departures: [BoardStanding.Departure]

    init(
        jobs: [JobRecord], boards: [BoardRecord], changing: Set<BoardName> = [],
        departures: [BoardStanding.Departure] = []
    ) {
        self.jobs = jobs.sorted { ($1.priority, $0.submitted, $0.id) < ($0.priority, $1.submitted, $1.id) }
        self.boards = boards
        self.changing = changing
        self.departures = departures
    }

    /// The same with what the boards' descriptions say now.
    func regarding(_ registry: any BoardRegistry) -> QueueSnapshot {
        let standings = boards.map { registry.standing($0.name) }
        return QueueSnapshot(
            jobs: jobs, boards: zip(boards, standings).map { $0.regarding($1) },
            changing: Set(zip(boards, standings).filter { !$1.isReady }.map(\.0.name)),
            departures: registry.departures)
    }

    /// Which job gets which board now: the first jobs in the queue choose first.
    ///
    /// - Parameter held: boards that are not free although the store says so.
    func pairs(apartFrom held: Set<BoardName>) -> [(job: JobRecord, board: BoardName)] {
        var free = boards.filter {
            $0.state == .idle && $0.health.acceptsJobs && !held.contains($0.name) && !changing.contains($0.name)
        }
        var pairs: [(job: JobRecord, board: BoardName)] = []
        for job in jobs where !free.isEmpty {
            // The board with the fewest tags that the job has no use for: others may need those.
            let suitable = free.indices.filter { free[$0].suits(job) }
            guard let index = suitable.min(by: { (free[$0].tags.count, $0) < (free[$1].tags.count, $1) }) else {
                continue
            }
            pairs.append((job, free.remove(at: index).name))
        }
        return pairs
    }

    /// Jobs that have waited as long as they may.
    func expired(at now: WallTime) -> [JobRecord] {
        jobs.filter { job in job.queueDeadline.map { $0 <= now } ?? false }
    }

    /// When the next job will have waited too long.
    func nextDeadline(after now: WallTime) -> WallTime? {
        jobs.compactMap(\.queueDeadline).filter { $0 > now }.min()
    }
}

extension JobRecord {
    /// When `timeouts.queue` ends, counted from when the job last went into the queue; nil for a job that waits for ever.
    var queueDeadline: WallTime? {
        queueTimeout.map { timeout in
            let (sum, overflow) = queued.nanoseconds.addingReportingOverflow(timeout.nanoseconds)
            return WallTime(nanoseconds: overflow ? .max : sum)
        }
    }
}

extension BoardRecord {
    /// Whether this board is what the job asks for, whatever the board is doing now.
    func suits(_ job: JobRecord) -> Bool {
        fits(job) && Set(job.tags).isSubset(of: tags)
    }

    /// Whether name and type are what the job asks for, its tags aside.
    func fits(_ job: JobRecord) -> Bool {
        (job.requestedBoard.map { $0 == name } ?? true) && (job.deviceType.map { $0 == type } ?? true)
    }
}
