import HeapModule
import LabModel

/// The waiting jobs, the boards, and what is known of both, kept up to date change by change. No I/O, no clock.
struct LabQueue: Sendable {
    /// A job that waits. A reference, because a dictionary of many of them has as many empty places again.
    final class Waiting: Sendable {
        let record: JobRecord
        let rank: Int64
        let serial: Int
        /// When its time in the queue is up.
        let deadline: MonotonicTime?
        /// Other jobs that have to end first, as far as they have not.
        let needs: [NeedStanding]

        init(record: JobRecord, rank: Int64, serial: Int, deadline: MonotonicTime?, needs: [NeedStanding]) {
            self.record = record
            self.rank = rank
            self.serial = serial
            self.deadline = deadline
            self.needs = needs
        }
    }

    /// A job that has a board.
    struct Running: Sendable {
        var record: JobRecord
        /// What its submitter was charged when it got the board.
        var charge: Duration
        var since: MonotonicTime
    }

    private struct Planned: Sendable {
        let record: JobRecord
        let charge: Duration
    }

    private struct Deadline: Comparable, Sendable {
        let time: MonotonicTime
        let job: JobID
        let serial: Int

        static func < (lhs: Deadline, rhs: Deadline) -> Bool { (lhs.time, lhs.job) < (rhs.time, rhs.job) }
    }

    private(set) var waiting: [JobID: Waiting] = [:]
    private(set) var running: [JobID: Running] = [:]
    /// Jobs that were given boards here, of which the store has not said so yet.
    private var planned: [JobID: Planned] = [:]
    /// Who waits for the end of a job.
    private var dependents: [JobID: Set<JobID>] = [:]
    /// Jobs that need what will never be.
    private(set) var lost: Set<JobID> = []
    private(set) var groups: [JobID: WaitingGroup] = [:]
    var lanes: [Lane] = []
    private var laneNumbers: [Lane.Key: Int] = [:]
    private var deadlines: Heap<Deadline> = []
    private var serial = 0
    var pool = BoardPool()
    private(set) var shares = FairShares()
    private(set) var times = RunTimes()
    /// Boards that wait for a health check or have one.
    private(set) var checked: [BoardName: JobID] = [:]

    /// Everything anew.
    init(_ contents: QueueContents, needs: [JobID: [NeedStanding]], at now: Moment) {
        pool = BoardPool(contents.boards)
        for job in contents.runs.reversed() {
            times.note(job)
            guard let length = job.runLength, let ended = job.ended, !job.isHealthCheck else { continue }
            let age = Duration.nanoseconds(max(0, now.wall.nanoseconds - ended.nanoseconds))
            shares.charge(job.submitter, length, age: age, at: now.monotonic)
        }
        waiting.reserveCapacity(contents.jobs.count)
        for job in contents.jobs { apply(job, needs: needs[job.id] ?? [], at: now) }
    }

    // MARK: What changed

    /// A job is now as `job` says.
    mutating func apply(_ job: JobRecord, needs: [NeedStanding] = [], at now: Moment) {
        switch job.state {
        case .submitted:
            // What was read before the store knew of its lease says nothing new.
            if planned[job.id] == nil { enqueue(job, needs: needs, at: now) }
        case .scheduling, .scheduled, .running, .canceling:
            _ = remove(job.id)
            noteRun(job, at: now)
        case .finished:
            _ = remove(job.id)
            noteEnd(job, at: now)
        }
    }

    /// A board is now as `board` says.
    ///
    /// - Returns: false for a board that was not known: then all have to be read anew, in their order.
    mutating func apply(_ board: BoardRecord) -> Bool { pool.update(board) }

    /// A waiting job is about to end without a run.
    mutating func leave(_ job: JobID) { _ = remove(job) }

    /// Jobs that wait for the end of `job`.
    func dependents(of job: JobID) -> [JobID] { dependents[job, default: []].sorted() }

    /// What became of the jobs that `job` needs.
    mutating func apply(_ needs: [NeedStanding], to job: JobID, at now: Moment) {
        guard let old = waiting[job] else { return }
        enqueue(old.record, needs: needs, at: now)
    }

    // MARK: Leases

    /// `job` was given a board: it waits no more, and its submitter is charged.
    mutating func plan(_ job: JobRecord, at now: MonotonicTime) {
        let charge = job.isHealthCheck ? .zero : times.estimate(job) ?? RunTimes.unknown
        shares.charge(job.submitter, charge, at: now)
        _ = remove(job.id)
        planned[job.id] = Planned(record: job, charge: charge)
    }

    /// The store knows of the lease now, or refused it.
    mutating func settlePlan(_ job: JobID, isGranted: Bool, at now: Moment) {
        guard let plan = planned.removeValue(forKey: job) else { return }
        if isGranted {
            running[job] = Running(record: plan.record, charge: plan.charge, since: now.monotonic)
        } else {
            shares.charge(plan.record.submitter, .zero - plan.charge, at: now.monotonic)
        }
    }

    // MARK: Deadlines

    /// Jobs that have waited as long as they may. Each is named once.
    mutating func expired(at now: MonotonicTime) -> [JobRecord] {
        var found: [JobRecord] = []
        while let first = deadlines.min, first.time <= now || !isValid(first) {
            _ = deadlines.popMin()
            if isValid(first), let job = waiting[first.job] { found.append(job.record) }
        }
        return found
    }

    /// When the next job will have waited too long.
    mutating func nextDeadline() -> MonotonicTime? {
        while let first = deadlines.min, !isValid(first) { _ = deadlines.popMin() }
        return deadlines.min?.time
    }

    private func isValid(_ deadline: Deadline) -> Bool { waiting[deadline.job]?.serial == deadline.serial }

    // MARK: Lanes

    /// The first job of a lane; void tickets before it are thrown away.
    mutating func head(ofLane number: Int) -> Lane.Ticket? {
        while let ticket = lanes[number].tickets.min {
            if waiting[ticket.job]?.serial == ticket.serial { return ticket }
            lanes[number].tickets.removeMin()
        }
        return nil
    }

    /// When the turn of a waiting job is.
    func turn(of job: JobRecord, rank: Int64, at now: MonotonicTime) -> Turn {
        // A board proves itself at once, whoever used the lab lately.
        let share = job.isHealthCheck ? .zero : shares.share(of: job.submitter, at: now)
        return Turn(rank: rank, share: share, job: job.id)
    }

    private mutating func enqueue(_ job: JobRecord, needs: [NeedStanding], at now: Moment) {
        // A deadline that runs is kept: the calendar may have jumped since.
        let known = waiting[job.id]
        let deadline = known?.record.queued == job.queued ? known?.deadline : deadline(of: job, at: now)
        _ = remove(job.id)
        // It came back into the queue: its run is over.
        if let run = running.removeValue(forKey: job.id) { settle(run, job, at: now) }
        serial += 1
        let open = needs.filter { $0.isMet != true }
        let entry = Waiting(
            record: job, rank: Turn.rank(job), serial: serial, deadline: deadline, needs: open)
        waiting[job.id] = entry
        if let deadline { deadlines.insert(Deadline(time: deadline, job: job.id, serial: serial)) }
        if job.isHealthCheck, let board = job.requestedBoard { checked[board] = job.id }
        if open.contains(where: { $0.isMet == false }) { lost.insert(job.id) }
        for need in open { dependents[need.need.job, default: []].insert(job.id) }
        guard open.isEmpty else { return }
        if let group = job.group {
            groups[group.group, default: WaitingGroup(size: group.size)].insert(job)
        } else {
            let number = lane(Lane.Key(demand: Demand(job), submitter: job.submitter))
            lanes[number].tickets.insert(Lane.Ticket(rank: entry.rank, job: job.id, serial: serial))
        }
    }

    private func deadline(of job: JobRecord, at now: Moment) -> MonotonicTime? {
        job.queueTimeout.map { timeout in
            let waited = Duration.nanoseconds(max(0, now.wall.nanoseconds - job.queued.nanoseconds))
            return now.monotonic.advanced(by: max(.zero, timeout - waited))
        }
    }

    private mutating func lane(_ key: Lane.Key) -> Int {
        if let number = laneNumbers[key] { return number }
        if lanes.count > 64, lanes.count > 4 * max(waiting.count, 16) { dropEmptyLanes() }
        laneNumbers[key] = lanes.count
        lanes.append(Lane(key: key))
        return lanes.count - 1
    }

    private mutating func dropEmptyLanes() {
        lanes = lanes.indices.filter { head(ofLane: $0) != nil }.map { lanes[$0] }
        laneNumbers = Dictionary(uniqueKeysWithValues: lanes.indices.map { (lanes[$0].key, $0) })
    }

    private mutating func remove(_ job: JobID) -> Waiting? {
        guard let entry = waiting.removeValue(forKey: job) else { return nil }
        lost.remove(job)
        for need in entry.needs {
            dependents[need.need.job]?.remove(job)
            if dependents[need.need.job]?.isEmpty == true { dependents[need.need.job] = nil }
        }
        if let group = entry.record.group?.group {
            groups[group]?.remove(job)
            if groups[group]?.members.isEmpty == true { groups[group] = nil }
        }
        // Its ticket in the lane and its deadline are void now.
        return entry
    }

    // MARK: Runs

    private mutating func noteRun(_ job: JobRecord, at now: Moment) {
        let charge = planned.removeValue(forKey: job.id)?.charge
        if job.isHealthCheck, let board = job.requestedBoard { checked[board] = job.id }
        if running[job.id] != nil {
            running[job.id]?.record = job
            return
        }
        let elapsed = job.started.map { Duration.nanoseconds(max(0, now.wall.nanoseconds - $0.nanoseconds)) } ?? .zero
        var run = Running(record: job, charge: charge ?? .zero, since: now.monotonic.advanced(by: .zero - elapsed))
        if charge == nil, !job.isHealthCheck {
            run.charge = max(elapsed, times.estimate(job) ?? RunTimes.unknown)
            shares.charge(job.submitter, run.charge, at: now.monotonic)
        }
        running[job.id] = run
    }

    private mutating func noteEnd(_ job: JobRecord, at now: Moment) {
        if job.isHealthCheck, let board = job.requestedBoard, checked[board] == job.id { checked[board] = nil }
        if let charge = planned.removeValue(forKey: job.id)?.charge {
            shares.charge(job.submitter, .zero - charge, at: now.monotonic)
        }
        guard let run = running.removeValue(forKey: job.id) else { return }
        settle(run, job, at: now)
        times.note(job)
    }

    /// Charges what was really used instead of what was thought.
    private mutating func settle(_ run: Running, _ job: JobRecord, at now: Moment) {
        guard !job.isHealthCheck else { return }
        let used = job.runLength ?? now.monotonic.duration(since: run.since)
        shares.charge(job.submitter, used - run.charge, at: now.monotonic)
    }
}
