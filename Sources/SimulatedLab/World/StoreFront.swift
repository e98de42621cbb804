import LabModel
import LabSimulation
import LabStore

/// The store as one life of labd has it: the real one, with a moment before and after every commit in which others
/// come first and labd may die, and with the witness looking at what was committed.
struct StoreFront: StoreForwarding {
    let inner: any Store
    let life: Life

    private var witness: Witness { life.witness }

    /// A commit is about to be made.
    func before() async throws(Failure) {
        try life.check()
        await Task.yield()
        try life.check()
        guard witness.refusesWrites else { return }
        throw Failure(
            .infrastructure, "the disk is full: database or disk is full", at: "database",
            advice: "free space for the state folder")
    }

    /// It was made, and the caller does not know yet.
    func after() async throws(Failure) {
        await Task.yield()
        try life.check()
    }

    func look() async throws(Failure) {
        witness.hold(try await inner.leases(), try await life.real.reservations())
    }

    func beginEpoch() async throws(Failure) -> Epoch {
        try await before()
        let epoch = try await inner.beginEpoch()
        try await look()
        try await after()
        return epoch
    }

    func submit(_ job: NewJob) async throws(Failure) -> JobID {
        try await before()
        let id = try await inner.submit(job)
        life.trace.note("committed: submission of \(job.plan.name) as \(id)")
        witness.queued(id)
        try await after()
        return id
    }

    func submit(group: [NewJob]) async throws(Failure) -> [JobID] {
        try await before()
        let ids = try await inner.submit(group: group)
        life.trace.note("committed: submission of a group as \(ids)")
        for id in ids { witness.queued(id) }
        try await after()
        return ids
    }

    func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        try await before()
        let healths = witness.seen.healths
        let leases = try await inner.lease(allocations, epoch: epoch)
        for lease in leases.joined() {
            life.trace.note("committed: lease \(lease.generation) of \(lease.board) to job \(lease.job)")
            if let health = healths[lease.board], !health.acceptsJobs {
                witness.report(.trustedBoards, "\(lease.board) is \(health.name), and was given to job \(lease.job)")
            }
        }
        try await checkGroups(leases)
        try await look()
        try await after()
        return leases
    }

    private func checkGroups(_ leases: [[Lease]]) async throws(Failure) {
        guard life.scenario.groups > 0 else { return }
        var granted: Set<JobID> = []
        for lease in leases.joined() {
            if let group = try await inner.job(lease.job)?.group?.group { granted.insert(group) }
        }
        guard !granted.isEmpty else { return }
        for job in try await inner.queue() {
            guard let group = job.group?.group, granted.contains(group) else { continue }
            witness.report(.wholeGroups, "group \(group) got boards, and its job \(job.id) none")
        }
    }

    func start(_ lease: Lease) async throws(Failure) -> Bool {
        try await before()
        let isStarted = try await inner.start(lease)
        if isStarted {
            witness.started(lease)
            witness.beginsResults(of: lease.job, run: try await inner.job(lease.job)?.attempt ?? 0)
        }
        try await after()
        return isStarted
    }

    func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        try await before()
        if outcome.health == .canceled, let job = try await inner.job(lease.job), job.state == .running {
            witness.report(.endAsked, "job \(lease.job) ends as canceled, and is \(job.state.name)")
        }
        try await inner.finish(lease, outcome)
        life.trace.note("committed: job \(lease.job) ends as \(outcome.health.name) \(outcome.failure?.message ?? "")")
        try await look()
        try await checkQuarantine(lease.board)
        try await after()
    }

    func checkQuarantine(_ name: BoardName) async throws(Failure) {
        let records = try await inner.boards()
        witness.healths(records)
        guard let board = life.physical.first(where: { $0.name == name }), board.report?.verified == .stuck else {
            return
        }
        if let record = records.first(where: { $0.name == name }), record.health.acceptsJobs {
            witness.report(.quarantine, "\(name) does not follow its switch, and is \(record.health.name)")
        }
    }

    func interrupt(_ lease: Lease, again: Bool, _ failure: Failure) async throws(Failure) {
        try await before()
        try await inner.interrupt(lease, again: again, failure)
        life.trace.note("committed: job \(lease.job) is interrupted, again: \(again)")
        witness.queued(lease.job)
        try await look()
        try await after()
    }

    func recall(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await before()
        try await inner.recall(lease, failure)
        life.trace.note("committed: job \(lease.job) is called back: \(failure.message)")
        witness.queued(lease.job)
        try await look()
        try await after()
    }

    func retry(_ lease: Lease, _ failure: Failure) async throws(Failure) {
        try await before()
        try await inner.retry(lease, failure)
        life.trace.note("committed: job \(lease.job) is tried again: \(failure.message)")
        witness.queued(lease.job)
        try await look()
        try await checkQuarantine(lease.board)
        try await after()
    }

    func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        try await before()
        let state = try await inner.cancel(id, by: user, reason: reason)
        life.trace.note("committed: cancel of job \(id) by \(user), \(state?.name ?? "no such job")")
        try await look()
        try await after()
        return state
    }

    func setBoards(_ definitions: [BoardDefinition]) async throws(Failure) {
        try await before()
        try await inner.setBoards(definitions)
        try await after()
    }

    func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        try await before()
        try await inner.setHealth(health, of: board, reason: reason)
        life.trace.note("committed: \(board) is \(health.name): \(reason ?? "")")
        witness.healthChanged(board, health)
        life.probe()
        try await after()
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try await before()
        let present = try await inner.setHealth(health, of: board, reason: reason, ifStill: old)
        if present == health {
            life.trace.note("committed: \(board) is \(health.name): \(reason ?? "")")
            witness.healthChanged(board, health)
        }
        life.probe()
        try await after()
        return present
    }

    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        try await before()
        try await inner.append(results, to: job)
        life.trace.note("committed: results \(results.map(\.name)) of job \(job)")
        try await after()
    }

    func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure) {
        try await before()
        try await inner.append(cut, to: job)
        try await after()
    }

    func append(_ events: [NewEvent]) async throws(Failure) {
        try await before()
        try await inner.append(events)
        try await after()
    }

    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 {
        let number: Int64
        do throws(Failure) {
            try await before()
            number = try await inner.begin(intent)
        } catch {
            // A board is switched off all the same; the journal cannot know.
            if life.isAlive, intent.target == .off { witness.owes(intent.board) }
            throw error
        }
        witness.began(number, intent)
        try await after()
        return number
    }

    func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        try await before()
        try await inner.end(intent, state: state, note: note)
        witness.ended(intent, state)
        try await after()
    }

    func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure) {
        try await before()
        try await inner.settle(intents, state: state)
        witness.settled(intents, state)
        try await after()
    }

    // MARK: Reads

    func reading() async throws(Failure) {
        try life.check()
        await Task.yield()
        try life.check()
    }

    func job(_ id: JobID) async throws(Failure) -> JobRecord? {
        try await reading()
        return try await inner.job(id)
    }

    func plan(of id: JobID) async throws(Failure) -> JobPlan? {
        try await reading()
        return try await inner.plan(of: id)
    }

    func queue() async throws(Failure) -> [JobRecord] {
        try await reading()
        return try await inner.queue()
    }

    func queueContents() async throws(Failure) -> QueueContents {
        try await reading()
        return try await inner.queueContents()
    }

    func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges {
        try await reading()
        return try await inner.queueChanges(after: sequence)
    }

    func needs(of jobs: [JobID]) async throws(Failure) -> [JobID: [NeedStanding]] {
        try await reading()
        return try await inner.needs(of: jobs)
    }

    func leases() async throws(Failure) -> [Lease] {
        try await reading()
        return try await inner.leases()
    }

    func boards() async throws(Failure) -> [BoardRecord] {
        try await reading()
        return try await inner.boards()
    }

    func events(after sequence: Int64, job: JobID?, limit: Int) async throws(Failure) -> [LabEvent] {
        try await reading()
        return try await inner.events(after: sequence, job: job, limit: limit)
    }

    func unresolvedIntents() async throws(Failure) -> [PowerIntent] {
        try await reading()
        return try await inner.unresolvedIntents()
    }
}

/// The store as those see it to whom the lab answers: what was acknowledged is written down.
struct AnsweringStore: StoreForwarding {
    let inner: any Store
    let witness: Witness

    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        try await inner.append(results, to: job)
        witness.acknowledged(results, job)
    }
}
