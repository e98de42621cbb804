public import LabModel
public import Logging

/// What has to happen at start, before anybody may ask for anything: boards whose state is not known go to rest, and
/// jobs of an earlier life of labd end as interrupted or go back into the queue. Doing it twice is doing it once.
public struct Recovery: Sendable {
    private let store: any Store
    private let boards: any BoardRegistry
    private let clock: any LabClock
    private let log: Logger
    private let jobLogs: (any JobLogStore)?
    private let attempts: Int

    /// - Parameters:
    ///   - jobLogs: told of each interruption, for the people who read a job's log.
    ///   - attempts: how many interruptions end a job.
    public init(
        store: any Store, boards: any BoardRegistry, clock: any LabClock, log: Logger,
        jobLogs: (any JobLogStore)? = nil, attempts: Int = 2
    ) {
        self.store = store
        self.boards = boards
        self.clock = clock
        self.log = log
        self.jobLogs = jobLogs
        self.attempts = attempts
    }

    /// - Parameter epoch: the present one, as `Store.beginEpoch` gave it. Leases of older ones are void.
    /// - Throws: `infrastructure` when the store fails. A board that fails is set to Bad and does not stop the others.
    public func run(epoch: Epoch) async throws(Failure) {
        let leases = try await store.leases().filter { $0.epoch < epoch }
        let unresolved = try await store.unresolvedIntents()
        let names = Set(leases.map(\.board)).union(unresolved.map(\.board)).sorted()
        let (off, others) = try await dropped(besides: Set(names))
        try await store.settle(
            off.map {
                PowerIntent(board: $0, target: .off, kind: .switch, job: nil, reason: "found off after a restart")
            },
            state: .off)
        let failures = await rest(Set(names).union(others).sorted())
        // What the store could not take says nothing of a board: the next start does it again.
        if let failure = failures.values.first(where: \.isOfTheStore) { throw failure }
        for (name, failure) in failures.sorted(by: { $0.key < $1.key }) {
            log.error("board is not at rest", metadata: ["board": "\(name)", "error": "\(failure)"])
            try await store.setHealth(.bad, of: name, reason: "not at rest after a restart: \(failure.message)")
        }
        for name in names where failures[name] == nil {
            try await store.distrust(name, reason: "labd stopped while the board was in use")
        }
        // A board that is not there now is put to rest when it comes back, however many starts later.
        let known = Set(unresolved.map(\.board))
        for name in names where boards.board(name) == nil && !known.contains(name) {
            _ = try await store.begin(
                PowerIntent(
                    board: name, target: .off, kind: .switch, job: nil,
                    reason: "in use when labd stopped, and not there since"))
        }
        // Only now: until its board is at rest, a job's lease protects the board.
        for lease in leases { try await interrupt(lease) }
    }

    /// Looks at a board that came while labd runs, as `run` looks at all of them at start. Nobody else has it yet.
    ///
    /// - Throws: `infrastructure` when the store fails. A board that cannot be put to rest is set to Bad.
    public func adopt(_ name: BoardName) async throws(Failure) {
        guard let board = boards.board(name) else { return }
        let isUnresolved = try await store.unresolvedIntents().contains { $0.board == name }
        let power = try await store.boards().first { $0.name == name }?.power
        if !isUnresolved {
            guard power != .off, board.power.ownerDeath == .drops else { return }
            if await board.power.observed() == .off {
                let intent = PowerIntent(
                    board: name, target: .off, kind: .switch, job: nil, reason: "found off when it was opened")
                return try await store.settle([intent], state: .off)
            }
        }
        for failure in await rest([name]).values {
            if failure.isOfTheStore { throw failure }
            log.error("board is not at rest", metadata: ["board": "\(name)", "error": "\(failure)"])
            try await store.setHealth(.bad, of: name, reason: "not at rest when it was opened: \(failure.message)")
        }
    }

    /// Boards that have power by record and nobody who holds them. Those that are seen to be off need no switching,
    /// hundreds of them one transaction: their line dropped with labd, or nobody could store that they were switched.
    /// The others are put to rest, unless a person holds them or they are in maintenance and their line does not drop.
    private func dropped(besides names: Set<BoardName>) async throws(Failure) -> (off: [BoardName], others: [BoardName])
    {
        var (off, others): ([BoardName], [BoardName]) = ([], [])
        // A switch without a read-back leaves it unknown whether there is power; that it was told to be on is known.
        let toldOn = try await store.boardsToldOn()
        for record in try await store.boards() where record.power != .off && !names.contains(record.name) {
            guard let board = boards.board(record.name) else { continue }
            let drops = board.power.ownerDeath == .drops
            let isKept = record.reservation != nil || record.health == .maintenance
            guard drops || record.power == .on || toldOn.contains(record.name) else { continue }
            if await board.power.observed() == .off {
                off.append(record.name)
            } else if drops || !isKept {
                others.append(record.name)
            }
        }
        return (off, others)
    }

    /// All at once: hundreds of boards must not wait for each other.
    ///
    /// - Returns: the boards that could not be put to rest. Those that left the configuration are not touched.
    private func rest(_ names: [BoardName]) async -> [BoardName: Failure] {
        // What the store does not take ends the start, and the next one does all of it again.
        let (times, arrears) = (SwitchTimes(start: clock.monotonic()), Arrears())
        return await withTaskGroup(of: (BoardName, Failure?).self) { group in
            for name in names {
                guard let board = boards.board(name) else {
                    log.warning("an unknown board was in use when labd stopped", metadata: ["board": "\(name)"])
                    continue
                }
                let journaled = JournaledBoard(
                    board, job: nil, reason: "recovery after a restart", journal: store, clock: clock,
                    times: times, arrears: arrears)
                group.addTask {
                    do throws(Failure) {
                        try await journaled.rest()
                        return (name, nil)
                    } catch {
                        return (name, error)
                    }
                }
            }
            var failures: [BoardName: Failure] = [:]
            for await (name, failure) in group { failures[name] = failure }
            return failures
        }
    }

    private func interrupt(_ lease: Lease) async throws(Failure) {
        let job = try await store.job(lease.job)
        let attempt = job?.attempt ?? 0
        let again = job?.mayRunAgain(after: attempts) ?? false
        log.notice("job was interrupted", metadata: ["job": "\(lease.job)", "again": "\(again)"])
        try await store.interrupt(lease, again: again, .labStopped(onAttempt: attempt))
        // A log that cannot be written must not keep the lab from starting; the event is in the store.
        guard let jobLog = try? jobLogs?.open(lease.job, secrets: []) else { return }
        let sequel = again ? "the job runs again" : "its attempts are used up"
        jobLog.append([
            LogEntry(
                at: clock.wall(), level: .warning,
                message: .string("labd stopped while the job ran (run \(attempt)); \(sequel)"))
        ])
        await jobLog.flush()
    }
}

extension JobRecord {
    /// Whether its run, which labd's own end cuts short, leaves it another one. One that was not begun counts for nothing,
    /// and neither do runs that the lab failed: those have a budget of their own.
    func mayRunAgain(after attempts: Int) -> Bool {
        state == .scheduled || interruptions < attempts - 1
    }
}

extension Failure {
    /// The end of a job whose run labd did not live to see.
    static func labStopped(onAttempt attempt: Int) -> Failure {
        Failure(
            .infrastructure, "\(BlamelessEnd.labStopped) while the job ran (run \(attempt))",
            advice: "submit the job again if it was not put back into the queue")
    }
}
