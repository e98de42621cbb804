public import LabModel

/// What every store must do, whatever it is made of.
public struct StoreConformance {
    private let store: any Store
    private var found: [String] = []
    private let first = BoardName(rawValue: "first")
    private let second = BoardName(rawValue: "second")

    private init(_ store: any Store) {
        self.store = store
    }

    /// Uses a store that was never used before.
    ///
    /// - Returns: one sentence for each promise that was not kept; empty for a good store.
    public static func violations(of store: any Store) async -> [String] {
        var suite = StoreConformance(store)
        do throws(Failure) {
            try await suite.checkAll()
        } catch {
            suite.found.append("a call failed: \(error)")
        }
        return suite.found
    }

    private mutating func checkAll() async throws(Failure) {
        let old = try await store.beginEpoch()
        let epoch = try await store.beginEpoch()
        expect(old < epoch, "epochs grow")
        try await store.setBoards([.sample("first"), .sample("second", tags: ["usb"])])
        expect(try await store.boards().map(\.name) == [first, second], "boards keep the configuration's order")
        try await checkQueue()
        try await checkRun(epoch, old)
        try await checkCancel(epoch)
        try await checkGroup(epoch)
        try await checkInterruption(epoch)
        try await checkHealth(epoch)
        try await checkRecords()
        try await checkPower()
        try await checkEvents()
    }

    private mutating func expect(_ condition: Bool, _ promise: String) {
        if !condition { found.append("not so: \(promise)") }
    }

    private mutating func checkQueue() async throws(Failure) {
        let low = try await store.submit(.sample(.sample("low", priority: 0)))
        let high = try await store.submit(.sample(.sample("high", priority: 100)))
        let next = try await store.submit(.sample(.sample("next", priority: 100)))
        expect(low < high && high < next, "job numbers grow")
        expect(try await store.queue().map(\.id) == [high, next, low], "the queue is by priority, then by age")
        expect(try await store.plan(of: low) == .sample("low", priority: 0), "a plan comes back as it was stored")
        expect(try await store.definition(of: low) == "job_name: low\n", "a definition comes back as it was stored")
        expect(try await store.jobs(JobQuery(limit: 1)).map(\.id) == [next], "jobs are listed newest first")
        expect(try await store.jobCount(JobQuery(states: [.submitted])) == 3, "the count knows no limit")
        for job in [low, high, next] { _ = try await store.cancel(job, by: "suite", reason: nil) }
        expect(try await store.queue().isEmpty, "canceled jobs leave the queue")
    }

    private mutating func checkRun(_ epoch: Epoch, _ old: Epoch) async throws(Failure) {
        let job = try await store.submit(.sample())
        let other = try await store.submit(.sample())
        expect(try await store.lease(first, to: job, epoch: old) == nil, "an older epoch gets no lease")
        guard let lease = try await store.lease(first, to: job, epoch: epoch) else {
            return expect(false, "an idle board is leased to a submitted job")
        }
        expect(try await store.lease(first, to: other, epoch: epoch) == nil, "a board has one lease")
        expect(try await store.lease(second, to: job, epoch: epoch) == nil, "a scheduled job gets no other board")
        expect(try await store.leases() == [lease], "a lease that stands is listed")
        expect(try await store.job(job)?.state == .scheduled, "a leased job is scheduled")
        expect(try await store.start(lease), "a scheduled job starts")
        expect(try await !store.start(lease), "a running job does not start again")
        let running = try await store.job(job)
        expect(running?.state == .running && running?.attempt == 1 && running?.board == first, "a running job says so")
        expect(try await store.boards().first?.state == .running, "the board of a running job is running")
        expect(try await store.boards().first?.currentJob == job, "a board names its job")
        try await store.finish(lease, JobOutcome(health: .complete))
        try await store.finish(lease, JobOutcome(health: .incomplete))
        let ended = try await store.job(job)
        expect(ended?.state == .finished && ended?.health == .complete && ended?.ended != nil, "the first end counts")
        expect(try await !store.start(lease), "a finished job does not start")
        expect(try await store.leases().isEmpty, "a finished job has no lease")
        expect(try await store.boards().first?.state == .idle, "the board of a finished job is idle")
        _ = try await store.cancel(other, by: "suite", reason: nil)
    }

    private mutating func checkGroup(_ epoch: Epoch) async throws(Failure) {
        let jobs = ["server", "client"].map { name in
            NewJob(
                plan: .sample(name, role: GroupRole(name: name, isEssential: name == "server")),
                definition: "job_name: group\n", submitter: "ann")
        }
        let ids = try await store.submit(group: jobs)
        let records = [try await store.job(ids[0])?.group, try await store.job(ids[1])?.group]
        expect(records.map { $0?.group } == [ids[0], ids[0]], "a group is named by its first job")
        expect(records.map { $0?.role } == ["server", "client"], "members of a group keep their roles")
        expect(records.map { $0?.place } == [0, 1] && records.allSatisfy { $0?.size == 2 }, "members are numbered")
        expect(records.map { $0?.isEssential } == [true, false], "members know if the group ends with them")
        let single = try await store.submit(.sample())
        guard let lease = try await store.lease(second, to: single, epoch: epoch) else {
            return expect(false, "an idle board is leased to a submitted job")
        }
        let both = Allocation([
            Allocation.Place(job: ids[0], board: first), Allocation.Place(job: ids[1], board: second),
        ])
        expect(try await store.lease([both], epoch: epoch) == [[]], "a group gets all of its boards or none")
        expect(try await store.boards().first?.state == .idle, "a group that got none keeps none")
        expect(try await store.job(ids[0])?.state == .submitted, "a group that got none waits")
        expect(try await store.start(lease), "a scheduled job starts")
        try await store.finish(lease, JobOutcome(health: .complete))
        let leases = try await store.lease([both], epoch: epoch)
        expect(leases.first?.map(\.board) == [first, second], "a group gets its boards together")
        for lease in leases.joined() {
            _ = try await store.start(lease)
            try await store.finish(lease, JobOutcome(health: .complete))
        }
    }

    private mutating func checkCancel(_ epoch: Epoch) async throws(Failure) {
        expect(try await store.cancel(JobID(rawValue: 999_999), by: "a", reason: nil) == nil, "no job, no state")
        let waiting = try await store.submit(.sample())
        expect(try await store.cancel(waiting, by: "a", reason: nil) == .finished, "a waiting job ends at once")
        expect(try await store.job(waiting)?.health == .canceled, "a canceled job says so")
        let job = try await store.submit(.sample())
        guard let lease = try await store.lease(first, to: job, epoch: epoch) else {
            return expect(false, "a board is leased again")
        }
        expect(try await store.cancel(job, by: "ann", reason: "wrong image") == .canceling, "a leased job is canceling")
        expect(try await !store.start(lease), "a canceling job does not start")
        try await store.finish(lease, JobOutcome(health: .complete))
        let ended = try await store.job(job)
        expect(ended?.health == .canceled, "a canceling job ends as canceled")
        expect(ended?.failure?.message.contains("wrong image") == true, "the reason of a cancellation is kept")
        expect(try await store.cancel(job, by: "a", reason: nil) == .finished, "a finished job stays finished")
    }

    private mutating func checkInterruption(_ epoch: Epoch) async throws(Failure) {
        let failure = Failure(.infrastructure, "interrupted")
        let job = try await store.submit(.sample())
        guard let late = try await store.lease(first, to: job, epoch: epoch), try await store.start(late) else {
            return expect(false, "a board is leased again")
        }
        try await store.append([ResultRecord(suite: "lava", name: "old", result: .pass, logged: .zero)], to: job)
        try await store.interrupt(late, again: true, failure)
        expect(try await store.job(job)?.state == .submitted, "an interrupted job goes back into the queue")
        guard let lease = try await store.lease(first, to: job, epoch: epoch), try await store.start(lease) else {
            return expect(false, "an interrupted job runs again")
        }
        expect(late.generation < lease.generation, "generations grow")
        expect(try await store.job(job)?.attempt == 2, "attempts count runs")
        expect(try await store.results(of: job).isEmpty, "a new run begins without results")
        try await store.finish(late, JobOutcome(health: .incomplete))
        expect(try await store.job(job)?.state == .running, "a late holder cannot end the job")
        try await store.interrupt(lease, again: false, failure)
        let ended = try await store.job(job)
        expect(ended?.state == .finished && ended?.health == .incomplete, "an interrupted job may end")
        expect(ended?.failure == failure, "an incomplete job knows why")
    }

    private mutating func checkHealth(_ epoch: Epoch) async throws(Failure) {
        let job = try await store.submit(.sample())
        try await store.setHealth(.bad, of: first, reason: "smoke")
        let board = try await store.boards().first
        expect(board?.health == .bad && board?.healthReason == "smoke", "health is kept with its reason")
        expect(try await store.lease(first, to: job, epoch: epoch) == nil, "a bad board gets no job")
        let late = try await store.setHealth(.unknown, of: first, reason: "late", ifStill: .good)
        expect(late == .bad, "a health that has changed meanwhile is told")
        expect(try await store.boards().first?.healthReason == "smoke", "and stays")
        let fresh = try await store.setHealth(.bad, of: first, reason: "fire", ifStill: .bad)
        expect(fresh == .bad, "a health that has not changed is set")
        expect(try await store.boards().first?.healthReason == "fire", "with its reason")
        try await store.setBoards([.sample("second"), .sample("first")])
        expect(try await store.boards().last?.health == .bad, "what is known of a board that stays is kept")
        try await store.setHealth(.good, of: first, reason: nil)
        _ = try await store.cancel(job, by: "suite", reason: nil)
    }

    private mutating func checkRecords() async throws(Failure) {
        let job = try await store.submit(.sample())
        let results = [
            ResultRecord(
                suite: "0_speed", testSet: "disk", name: "write", result: .pass, measurement: 12.5, units: "MB/s",
                metadata: ["level": "1.2", "extra": ["a": [1, true]]], logged: WallTime(nanoseconds: 7)),
            ResultRecord(suite: "lava", name: "job", result: .fail, logged: WallTime(nanoseconds: 8)),
        ]
        try await store.append([results[0]], to: job)
        try await store.append([results[1]], to: job)
        expect(try await store.results(of: job) == results, "results come back as they were, in order")
        let cut = PowerCutRecord(
            name: "cut", outcome: .brick, brickKind: .hang, isAllowed: false, isAlive: false, boots: 3,
            commandLatency: .microseconds(80), lastLines: ["Starting kernel"])
        try await store.append(cut, to: job)
        expect(try await store.powerCuts(of: job) == [cut], "a cut comes back as it was")
        _ = try await store.cancel(job, by: "suite", reason: nil)
    }

    private mutating func checkPower() async throws(Failure) {
        let on = PowerIntent(board: first, target: .on, kind: .switch, job: nil, reason: "test")
        let armed = PowerIntent(board: first, target: .off, kind: .armed, job: nil, reason: "test")
        let early = try await store.begin(armed)
        expect(try await store.unresolvedIntents() == [armed], "an intent without its end is unresolved")
        let late = try await store.begin(on)
        expect(try await store.unresolvedIntents() == [on], "only a board's last intent counts")
        try await store.end(late, state: .on, note: nil)
        expect(try await store.unresolvedIntents().isEmpty, "an ended intent is resolved")
        try await store.end(early, state: .off, note: "late")
        let power = try await store.boards().first { $0.name == first }?.power
        expect(power == .on, "the end of an older intent says nothing of the present")
    }

    private mutating func checkEvents() async throws(Failure) {
        let job = JobID(rawValue: 1)
        try await store.append([NewEvent(job: job, kind: .progress, data: ["percent": 50])])
        let events = try await store.events(after: 0, job: nil, limit: 10_000)
        expect(events.map(\.sequence) == Array(1...Int64(events.count)), "events are numbered without gaps")
        expect(events.last?.data == ["percent": 50], "an event's data comes back as it was")
        let own = try await store.events(after: 0, job: job, limit: 10_000)
        expect(own == events.filter { $0.job == job }, "a job's events are those that name it")
        let kinds = own.map(\.kind)
        expect(kinds == [.jobSubmitted, .jobFinished, .progress], "a job's events tell its story in order")
        let rest = try await store.events(after: 3, job: nil, limit: 2)
        expect(rest.map(\.sequence) == [4, 5], "reading goes on after a number, up to the limit")
    }
}

extension WallTime {
    fileprivate static let zero = WallTime(nanoseconds: 0)
}
