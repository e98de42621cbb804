import LabModel
import Logging

extension Scheduler {
    /// One job on one board, from its lease to its end.
    func run(_ lease: Lease, cancelledBy signal: AsyncStream<Void>) async {
        await end(lease, await begin(lease, cancelledBy: signal))
        await runner.ended(lease)
        if runs[lease.job]?.lease == lease { runs.removeValue(forKey: lease.job)?.cancel.finish() }
        release(lease.board)
    }

    private func begin(_ lease: Lease, cancelledBy signal: AsyncStream<Void>) async -> JobOutcome {
        do {
            // Cancelled between its lease and now; the store knows by whom.
            guard try await store.start(lease) else { return JobOutcome(health: .canceled) }
            logger.info("job runs", metadata: ["job": "\(lease.job)", "board": "\(lease.board)"])
            return await outcome(of: lease, cancelledBy: signal)
        } catch {
            return .failed(error)
        }
    }

    /// Stores how a job ended and gives its board back. What a full disk keeps from being stored is tried again until
    /// there is space, or labd stops: then the lease stands, and recovery takes care of job and board.
    private func end(_ lease: Lease, _ outcome: JobOutcome) async {
        while true {
            do {
                return try await settle(lease, outcome)
            } catch {
                logger.critical(
                    "a job's end cannot be stored", metadata: ["job": "\(lease.job)", "error": "\(error)"])
                guard error.type == .infrastructure, !state.isStopping,
                    (try? await clock.sleep(for: Self.storeRetry)) != nil
                else {
                    // Its end is not stored, so nobody is there for whom the board would be kept.
                    if outcome.keepsBoard { await putToRest(lease.board, reason: "job \(lease.job)") }
                    return
                }
            }
        }
    }

    /// How long a store that failed is left alone.
    private static let storeRetry = Duration.seconds(2)

    private func outcome(of lease: Lease, cancelledBy signal: AsyncStream<Void>) async -> JobOutcome {
        guard let board = boards.board(lease.board) else {
            return .failed(Failure(.configuration, "the board \(lease.board) has no driver"))
        }
        let plan: JobPlan
        do {
            guard let stored = try await store.plan(of: lease.job) else {
                return .failed(Failure(.bug, "the job's plan is missing"))
            }
            plan = stored
        } catch {
            return .failed(error)
        }
        let journaled = JournaledBoard(
            board, job: lease.job, reason: "job \(lease.job)", facts: facts(of: board), journal: store, clock: clock,
            times: times, arrears: arrears, lease: lease.generation, fence: book)
        let outcome = await supervised(plan, lease, on: journaled, cancelledBy: signal)
        defer { journaled.revoke() }
        if !outcome.keepsBoard { await bringToRest(journaled) }
        await quarantine(board)
        return outcome
    }

    /// The run beside the wait for its cancellation: whichever ends first ends the other.
    private nonisolated func supervised(
        _ plan: JobPlan, _ lease: Lease, on board: JournaledBoard, cancelledBy signal: AsyncStream<Void>
    ) async -> JobOutcome {
        await withTaskGroup(of: JobOutcome?.self) { group in
            group.addTask { [runner] in await runner.run(plan, lease: lease, on: board) }
            group.addTask {
                for await _ in signal { break }
                return nil
            }
            while let ended = await group.next() {
                group.cancelAll()
                if let outcome = ended { return outcome }
            }
            return .failed(Failure(.bug, "the run ended without an outcome"))
        }
    }

    /// The runner leaves the board at rest. Where it could not, this is the last try before nobody trusts the board.
    private func bringToRest(_ board: JournaledBoard) async {
        guard !board.isAtRest else { return }
        do {
            try await board.rest()
        } catch {
            noteUnrested(board.name, error)
        }
    }

    private func settle(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        // Before the board is anybody else's.
        try await pay(lease.board)
        if let failure = outcome.failure, failure.type.leavesBoardUnknown {
            let reason = "job \(lease.job) ended with \(failure.type.rawValue): \(failure.message)"
            try await store.distrust(lease.board, reason: reason)
        }
        let isRetried = outcome.failure?.type == .infrastructure ? try await mayRetry(lease.job) : false
        if outcome.keepsBoard {
            if !isRetried, try await keep(lease, outcome) { return try await endGroup(with: lease.job) }
            await putToRest(lease.board, reason: "job \(lease.job)")
            try await pay(lease.board)
            await runner.letGo(of: lease.job)
        }
        let wasCutShort = outcome.health == .canceled || outcome.failure?.type == .canceled
        if state.isStopping && wasCutShort {
            // Nobody asked for this job's end; the store ends it as canceled if somebody did.
            let job = try await store.job(lease.job)
            let again = job?.mayRunAgain(after: attempts) ?? false
            try await store.interrupt(lease, again: again, .labStopped(onAttempt: job?.attempt ?? 0))
        } else if let failure = outcome.failure, isRetried {
            try await store.retry(lease, failure)
            try await recallGroup(of: lease.job)
        } else if wasCutShort, let run = runs[lease.job], run.lease == lease, let failure = run.recall {
            // Whoever asked for its end meanwhile gets it: the store knows.
            try await store.recall(lease, failure)
            try await endGroup(with: lease.job)
        } else {
            try await store.finish(lease, outcome)
            try await endGroup(with: lease.job)
        }
        logger.info("job ended", metadata: ["job": "\(lease.job)", "health": "\(outcome.health.name)"])
    }

    /// Whether the lab failed a job so seldom that it goes back into the queue. Health checks speak of their board.
    private func mayRetry(_ id: JobID) async throws(Failure) -> Bool {
        guard let job = try await store.job(id), !job.isHealthCheck, job.state != .canceling else { return false }
        guard let group = job.group else { return job.tried.count < job.retries ?? retries }
        // The runs of a group count, whichever of its jobs the lab failed, and not those that labd's own end cut short.
        guard job.attempt - job.interruptions <= job.retries ?? retries else { return false }
        return GroupRetry.isPossible(for: job, among: try await store.jobs(JobQuery(group: group.group, limit: 1000)))
    }

    /// What the board's supply needs, before any job is known; nothing when its type cannot be resolved.
    func facts(of board: any Board) -> PowerFacts {
        let definition = board.definition
        let profile = try? catalog.profile(of: definition.type, variables: definition.variables, context: [:])
        return profile?.power ?? PowerFacts()
    }
}

extension JobOutcome {
    static func failed(_ failure: Failure) -> JobOutcome {
        JobOutcome(health: .incomplete, failure: failure)
    }
}
