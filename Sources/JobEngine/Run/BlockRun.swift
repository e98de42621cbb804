import LabModel

/// Runs one block of a job: its steps in order, again when it says so.
struct BlockRun {
    let block: ActionBlock
    let context: RunContext
    let jobDeadline: MonotonicTime

    func run() async throws {
        let deadline = blockDeadline
        if let count = block.repeatCount, count > 1 {
            try await repeated(count, until: deadline)
        } else {
            try await retried(attempts, until: deadline)
        }
    }

    private var attempts: Int {
        if let own = block.failureRetry { return max(1, own) }
        let constants = context.profile.constants
        if case .boot = block.action, let boots = constants.bootRetry { return max(1, boots) }
        return max(1, constants.failureRetry ?? 1)
    }

    private var blockDeadline: MonotonicTime {
        guard let limit = context.timeouts.duration(of: block.timeouts) else { return jobDeadline }
        return min(jobDeadline, context.clock.monotonic().advanced(by: limit))
    }

    /// Runs the block `count` times whatever happens; fails at the end if any run failed.
    private func repeated(_ count: Int, until deadline: MonotonicTime) async throws {
        var failed: Failure?
        for turn in 1...count {
            context.log.info("\(block.action.kind): turn \(turn) of \(count)")
            do {
                try await attempt(1, of: 1, until: deadline)
            } catch {
                let failure = Failure(explaining: error)
                guard failure.type.isRetriedWithinJob else { throw failure }
                failed = failed ?? failure
            }
        }
        if let failed { throw failed }
    }

    private func retried(_ attempts: Int, until deadline: MonotonicTime) async throws {
        for number in 1...attempts {
            do {
                return try await attempt(number, of: attempts, until: deadline)
            } catch {
                let failure = Failure(explaining: error)
                guard number < attempts, failure.type.isRetriedWithinJob else { throw failure }
                let next = context.clock.monotonic().advanced(by: block.failureRetryInterval)
                guard next < deadline else {
                    throw Failure(
                        failure.type, "\(failure.message); no time is left for another attempt", at: failure.place)
                }
                context.log.warning("attempt \(number) of \(attempts) failed: \(failure)")
                try await context.clock.sleep(until: next)
            }
        }
    }

    private func attempt(_ number: Int, of attempts: Int, until deadline: MonotonicTime) async throws {
        let steps = try Pipeline.steps(for: block, in: context)
        for (index, step) in steps.enumerated() {
            context.level = "\(block.index + 1).\(index + 1)"
            let duration = context.timeouts.duration(of: step.name, in: block.timeouts, attempts: attempts)
            let stepDeadline = min(deadline, context.clock.monotonic().advanced(by: duration))
            do {
                try await StepRun(step: step, context: context, duration: duration).run(until: stepDeadline)
            } catch let failure as Failure where failure.type == .lavaTimeout && block.timeouts.skipsOnTimeout {
                context.log.warning("\(failure.message); the job goes on with the next block")
                return
            }
        }
    }
}
