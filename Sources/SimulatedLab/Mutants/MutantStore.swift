import LabModel
import LabSimulation
import LabStore
import Synchronization

/// A store with one defect.
struct MutantStore: StoreForwarding {
    let inner: any Store
    let life: Life
    let mutant: Mutant

    func submit(_ job: NewJob) async throws(Failure) -> JobID {
        switch mutant {
        case .hastyAnswer where !job.isHealthCheck:
            let newest = try await life.real.jobs(JobQuery(limit: 1)).first?.id.rawValue ?? 0
            life.simulation.start("late commit") { [inner, clock = life.clock] in
                try? await clock.sleep(for: .milliseconds(50))
                _ = try? await inner.submit(job)
            }
            return JobID(rawValue: newest + 1)
        case .doubleSubmission:
            let id = try await inner.submit(job)
            if id.rawValue.isMultiple(of: 5) { _ = try await inner.submit(job) }
            return id
        default: return try await inner.submit(job)
        }
    }

    func lease(_ allocations: [Allocation], epoch: Epoch) async throws(Failure) -> [[Lease]] {
        switch mutant {
        case .greedyGroup:
            var granted: [[Lease]] = []
            for allocation in allocations {
                var leases: [Lease] = []
                for place in allocation.places {
                    leases += try await inner.lease([Allocation([place])], epoch: epoch).joined()
                }
                granted.append(leases)
            }
            return granted
        case .blindLease:
            // The store itself would refuse.
            for place in allocations.flatMap(\.places) {
                guard let board = try await life.real.boards().first(where: { $0.name == place.board }) else {
                    continue
                }
                if !board.health.acceptsJobs { try await life.real.setHealth(.good, of: place.board, reason: nil) }
            }
            return try await inner.lease(allocations, epoch: epoch)
        default: return try await inner.lease(allocations, epoch: epoch)
        }
    }

    func boards() async throws(Failure) -> [BoardRecord] {
        try await inner.boards().map(trusting)
    }

    func queueContents() async throws(Failure) -> QueueContents {
        var contents = try await inner.queueContents()
        contents.boards = contents.boards.map(trusting)
        contents.jobs = contents.jobs.map(forgetful)
        return contents
    }

    func queueChanges(after sequence: Int64) async throws(Failure) -> QueueChanges {
        var changes = try await inner.queueChanges(after: sequence)
        changes.boards = changes.boards.map(trusting)
        changes.jobs = changes.jobs.map(forgetful)
        return changes
    }

    private func trusting(_ board: BoardRecord) -> BoardRecord {
        guard mutant == .blindLease else { return board }
        var board = board
        board.health = .good
        return board
    }

    func start(_ lease: Lease) async throws(Failure) -> Bool {
        let isStarted = try await inner.start(lease)
        return isStarted || mutant == .uncheckedStart
    }

    func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        if mutant == .lostEnd, lease.job.rawValue.isMultiple(of: 4) { return }
        try await inner.finish(lease, outcome)
        if mutant == .doubleEnd {
            try await inner.append([NewEvent(job: lease.job, board: lease.board, kind: .jobFinished)])
        }
    }

    func cancel(_ id: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        guard mutant == .lostCancel, let state = try await inner.job(id)?.state, state != .submitted else {
            return try await inner.cancel(id, by: user, reason: reason)
        }
        return state == .finished ? .finished : .canceling
    }

    func queue() async throws(Failure) -> [JobRecord] {
        try await inner.queue().map(forgetful)
    }

    func job(_ id: JobID) async throws(Failure) -> JobRecord? {
        try await inner.job(id).map(forgetful)
    }

    private func forgetful(_ job: JobRecord) -> JobRecord {
        guard mutant == .deafQueueTimeout else { return job }
        var job = job
        job.queueTimeout = nil
        return job
    }

    func eventCommits() -> AsyncStream<Int64> {
        guard mutant == .lostWakeUp else { return inner.eventCommits() }
        return AsyncStream { _ in }
    }

    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        if mutant == .lostResult, job.rawValue.isMultiple(of: 3) { return }
        try await inner.append(results, to: job)
    }

    func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        if mutant == .lostQuarantine, health == .bad { return }
        try await inner.setHealth(health, of: board, reason: reason)
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        if mutant == .lostQuarantine, health == .bad { return health }
        return try await inner.setHealth(health, of: board, reason: reason, ifStill: old)
    }

    // The journal: written when all is over, as if the switch came first.

    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 {
        guard mutant == .lateJournal else { return try await inner.begin(intent) }
        return life.postpone(intent)
    }

    func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        guard mutant == .lateJournal, let postponed = life.postponed(intent) else {
            return try await inner.end(intent, state: state, note: note)
        }
        try await inner.end(try await inner.begin(postponed), state: state, note: note)
    }
}

/// A store as recovery sees it, with one defect.
struct RecoveryMutantStore: StoreForwarding {
    let inner: any Store
    let life: Life
    let mutant: Mutant

    func leases() async throws(Failure) -> [Lease] {
        let leases = try await inner.leases()
        return mutant == .forgetfulRecovery ? Array(leases.dropFirst()) : leases
    }

    func unresolvedIntents() async throws(Failure) -> [PowerIntent] {
        let intents = try await inner.unresolvedIntents()
        switch mutant {
        case .forgetfulRecovery: return Array(intents.dropFirst())
        case .credulousRecovery:
            for intent in intents { try await inner.settle([intent], state: intent.target.state) }
            return []
        default: return intents
        }
    }
}
