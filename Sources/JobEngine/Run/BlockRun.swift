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
        // A power cut is a trial, not a hurdle: only the job itself may ask for another.
        switch block.action {
        case .powerCut, .powerCutExploration, .powerCutSampling: return 1
        default: break
        }
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
            if case .powerCut = block.action, !context.hasShell, turn < count {
                context.log.warning("the board is not up any more: \(count - turn) turns are left out")
                break
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
        context.fatalFindings = Set(block.fatalFindings)
        for (index, step) in steps.enumerated() {
            context.level = "\(block.index + 1).\(index + 1)"
            var duration = context.timeouts.duration(of: step.name, in: block.timeouts, attempts: attempts)
            if block.timeouts.block == nil, block.timeouts.named[step.name] == nil, let needed = step.neededTime {
                duration = max(duration, needed)
            }
            let stepDeadline = min(deadline, context.clock.monotonic().advanced(by: duration))
            do {
                try await StepRun(step: step, context: context, limit: limit(duration, stepDeadline, deadline))
                    .run(until: stepDeadline)
            } catch let failure as Failure where failure.type == .lavaTimeout && block.timeouts.skipsOnTimeout {
                // The job's own time is not the block's to skip.
                guard context.clock.monotonic() < jobDeadline else { throw failure }
                context.log.warning("\(failure.message); the job goes on with the next block")
                return
            }
        }
    }

    /// In words, which of the deadlines a step is held to.
    private func limit(_ duration: Duration, _ step: MonotonicTime, _ block: MonotonicTime) -> String {
        if step == jobDeadline { return "the job's time-out of \(context.plan.timeouts.job.shortText)" }
        if step == block, let whole = self.block.timeouts.block {
            return "the block's time-out of \(whole.shortText)"
        }
        return "its time-out of \(duration.shortText)"
    }
}
