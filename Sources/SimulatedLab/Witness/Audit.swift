import LabModel
import LabSimulation
import LabStore

/// Reads the whole database at one moment and holds it against what the witness saw.
struct Audit {
    let witness: Witness
    let store: SQLiteStore
    let scenario: Scenario

    /// Longer than this no job waits beside a free board.
    static let promptness = Duration.seconds(5)

    /// What must hold at any moment.
    func check() async throws(Failure) {
        let (leases, boards, queue) = (try await store.leases(), try await store.boards(), try await store.queue())
        let seen = witness.seen
        for lease in leases where seen.leases[lease.board] != lease {
            witness.report(.oneHolder, "\(lease.board) is leased to job \(lease.job), and nobody saw it")
        }
        for board in boards {
            let journal = seen.journal[board.name] ?? Witness.JournalView()
            if board.power != journal.claim {
                witness.report(.journalAgrees, "\(board.name) is \(board.power) by record, \(journal.claim) by journal")
            }
        }
        let now = witness.simulation.now
        guard let serving = seen.servingSince, now.duration(since: serving) > Self.promptness else { return }
        checkPromptness(queue, boards, seen, now)
        try await checkReservations(serving: serving)
        // Over a restart the calendar says how long a job waited.
        guard !scenario.faults.contains(.clockJump), now.duration(since: serving) > .seconds(30) else { return }
        for job in queue {
            guard let limit = job.queueTimeout, let since = seen.queued[job.id] else { continue }
            let waited = now.duration(since: since)
            if waited > limit + .seconds(30) {
                witness.report(.queueTimeout, "job \(job.id) waits for \(waited), and may for \(limit)")
            }
        }
    }

    /// Once nothing is in the way, a lease is over soon after its time.
    private func checkReservations(serving: MonotonicTime) async throws(Failure) {
        // After a jump of the calendar, a lease goes by the calendar that its labd began with.
        guard !scenario.faults.contains(.clockJump) else { return }
        let patience = Duration.seconds(60)
        guard witness.simulation.now.duration(since: serving) > patience else { return }
        for lease in try await store.reservations()
        where lease.ends.advanced(by: patience) < witness.simulation.wall {
            witness.report(.leasesEnd, "lease \(lease.id) of \(lease.board) stands, and ended at \(lease.ends)")
        }
    }

    private func checkPromptness(
        _ queue: [JobRecord], _ boards: [BoardRecord], _ seen: Witness.State, _ now: MonotonicTime
    ) {
        // A group that waits keeps boards free for itself, and a board that is due waits for its check.
        guard !scenario.hasHealthChecks, !queue.contains(where: { $0.group != nil }) else { return }
        // And a person who stands in line goes before all jobs.
        guard seen.line == 0 else { return }
        let free = boards.filter { board in
            board.state == .idle && board.health.acceptsJobs && !seen.handled.contains(board.name)
                && now.duration(since: seen.freeSince[board.name] ?? MonotonicTime(nanoseconds: 0)) > Self.promptness
        }
        guard !free.isEmpty else { return }
        // A job that a board failed waits for another one.
        for job in queue where job.tried.isEmpty {
            guard let since = seen.queued[job.id], now.duration(since: since) > Self.promptness else { continue }
            let fitting = free.first { board in
                (job.requestedBoard.map { $0 == board.name } ?? true)
                    && (job.deviceType.map { $0 == board.type } ?? true)
                    && job.tags.allSatisfy { board.tags.contains($0) }
            }
            if let fitting {
                witness.report(.promptStart, "job \(job.id) waits, and \(fitting.name) is free for it")
            }
        }
    }

    /// What must hold when all is over.
    func checkEnd() async throws(Failure) {
        try await check()
        let seen = witness.seen
        try await checkRecords()
        let jobs = try await store.jobs(JobQuery(limit: 1000)).reversed()
        checkSubmissions(Array(jobs), seen)
        for job in jobs {
            if job.state != .finished {
                witness.report(.jobsEnd, "job \(job.id) is \(job.state.name) when all is over")
            }
            let budget = scenario.attempts + scenario.retries
            if job.attempt > budget {
                witness.report(.retryBudget, "job \(job.id) ran \(job.attempt) times, and may \(budget)")
            }
            if seen.canceled[job.id] == .canceling, job.health != .canceled {
                witness.report(.cancelKept, "job \(job.id) was being cancelled, and ended as \(job.health.name)")
            }
            try await checkResults(of: job, seen)
        }
        try await checkEvents()
        for lease in try await store.reservations() {
            witness.report(.leasesEnd, "lease \(lease.id) of \(lease.board) stands when all is over")
        }
        for lease in try await store.leases() {
            witness.report(.jobsEnd, "the lease of \(lease.board) by job \(lease.job) stands when all is over")
        }
    }

    /// What a full disk kept from being written is written by now.
    private func checkRecords() async throws(Failure) {
        for record in try await store.boards() {
            guard let board = witness.board(record.name), !board.isExcused, record.power != .unknown else { continue }
            if board.isOn != (record.power == .on) {
                witness.report(
                    .journalAgrees,
                    "\(record.name) is \(board.isOn ? "on" : "off") when all is over, and \(record.power) by record")
            }
        }
    }

    private func checkSubmissions(_ jobs: [JobRecord], _ seen: Witness.State) {
        let byName = Dictionary(grouping: jobs, by: \.name)
        for (token, id) in seen.acknowledged.sorted(by: { $0.key < $1.key }) {
            let stored = byName[token] ?? []
            if stored.map(\.id) != [id] {
                witness.report(.submissionsKept, "\(token) was acknowledged as job \(id), and is \(stored.map(\.id))")
            }
        }
        for token in seen.unsure.sorted() where (byName[token]?.count ?? 0) > 1 {
            witness.report(.submissionsKept, "\(token) is there twice")
        }
        for token in seen.refused.sorted() where byName[token] != nil {
            witness.report(.submissionsKept, "\(token) was refused, and is there")
        }
    }

    private func checkResults(of job: JobRecord, _ seen: Witness.State) async throws(Failure) {
        let stored = Dictionary(grouping: try await store.results(of: job.id), by: { "\($0.suite)/\($0.name)" })
            .mapValues(\.count)
        // A group counts its runs as a whole: this job may not have got to begin the last one, and has no results of it.
        let isOfLastRun = job.group == nil || seen.lastRuns[job.id] == job.attempt
        let acknowledged = isOfLastRun ? seen.results[job.id] ?? [:] : [:]
        for (name, count) in acknowledged.sorted(by: { $0.key < $1.key })
        where stored[name, default: 0] < count {
            witness.report(
                .resultsKept,
                "job \(job.id): \(name) was acknowledged \(count) times, and is there \(stored[name, default: 0]) times"
            )
        }
        for (name, count) in stored.sorted(by: { $0.key < $1.key })
        where count > 1 && (name.hasPrefix("model/") || name.hasPrefix("0_model/")) {
            witness.report(.resultsKept, "job \(job.id): \(name) is there \(count) times")
        }
    }

    private func checkEvents() async throws(Failure) {
        var (last, ends): (Int64, [JobID: Int]) = (0, [:])
        while true {
            let events = try await store.events(after: last, job: nil, limit: 5000)
            guard let newest = events.last else { break }
            if events.map(\.sequence) != Array(last + 1...newest.sequence) {
                witness.report(.oneEnd, "events are missing after \(last)")
            }
            for event in events where event.kind == .jobFinished {
                if let job = event.job { ends[job, default: 0] += 1 }
            }
            last = newest.sequence
        }
        for (job, count) in ends.sorted(by: { $0.key < $1.key }) where count > 1 {
            witness.report(.oneEnd, "job \(job) ended \(count) times")
        }
    }
}
