import LabModel

/// One run of one plan: takes the board, walks the blocks, leaves the board at rest.
struct JobRun: Sendable {
    let plan: JobPlan
    let lease: Lease
    let board: any Board
    let services: EngineServices
    let log: RunLog

    /// Putting a board to rest may take no longer than this.
    static let cleanupLimit = Duration.seconds(60)

    func run() async -> JobOutcome {
        let began = services.clock.monotonic()
        log.info("job \(lease.job) '\(plan.name)' runs on \(board.name)")
        let failure = await work(began: began)
        let unrested = await shielded { await cleanUp() }
        let outcome = JobOutcome(
            health: (failure ?? unrested).map { $0.type == .canceled ? .canceled : .incomplete } ?? .complete,
            failure: failure ?? unrested)
        await shielded { await conclude(outcome, began: began) }
        return outcome
    }

    /// Everything between taking the board and giving it back; returns what ended it early.
    private func work(began: MonotonicTime) async -> Failure? {
        let findings = FindingsLog()
        var watches: [any ConsoleArmament] = []
        let failure: Failure?
        do {
            let profile = try validated()
            let workspace = try await services.workspaces.makeWorkspace(for: lease.job)
            try await board.prepare(BoardPreparation(job: lease.job, profile: profile, workspace: workspace))
            watches.append(await board.console.follow { lines in log.target(lines) })
            watches.append(try await findings.watch(board.console))
            let context = RunContext(
                plan: plan, lease: lease, board: board, profile: profile, services: services, log: log,
                workspace: workspace, findings: findings)
            context.cursor = await board.console.end()
            failure = await walk(context, until: began.advanced(by: plan.timeouts.job))
        } catch {
            failure = Failure(explaining: error)
        }
        for watch in watches { await watch.disarm() }
        return failure
    }

    /// Resolves the device type for this board and records the row `validate`.
    private func validated() throws -> DeviceProfile {
        guard let type = plan.deviceType else {
            throw Failure(.job, "the job names no device type")
        }
        return try services.catalog.profile(of: type, variables: board.definition.variables, context: plan.context)
    }

    private func walk(_ context: RunContext, until deadline: MonotonicTime) async -> Failure? {
        do {
            try await context.record(
                ResultRecord(
                    suite: "lava", name: "validate", result: .pass, metadata: ["level": "0"],
                    logged: context.clock.wall()))
            for block in plan.blocks {
                try await BlockRun(block: block, context: context, jobDeadline: deadline).run()
            }
            try await context.storeResults()
            return nil
        } catch {
            let failure = Failure(explaining: error)
            // What was seen before the failure is kept, whatever the failure was.
            try? await context.storeResults()
            return failure
        }
    }

    private func cleanUp() async -> Failure? {
        await services.files.withdraw(lease.job)
        let deadline = services.clock.monotonic().advanced(by: Self.cleanupLimit)
        var failure: Failure?
        do {
            try await withDeadline(deadline, clock: services.clock) { [board] in try await board.rest() }
        } catch {
            failure = Failure(
                .infrastructure, "\(board.name) could not be brought to rest: \(Failure(explaining: error).message)",
                advice: "look at the board's power before it takes another job")
        }
        await services.workspaces.removeWorkspace(of: lease.job)
        return failure
    }

    /// Records the row `job`, by which clients tell how the job ended.
    private func conclude(_ outcome: JobOutcome, began: MonotonicTime) async {
        let duration = services.clock.monotonic().duration(since: began)
        var metadata: [String: DataValue] = ["duration": .double(duration.inSeconds)]
        if let failure = outcome.failure {
            log.error("\(failure.type.rawValue): \(failure)")
            metadata["error_type"] = .string(failure.type.rawValue)
            metadata["error_msg"] = .string(failure.description)
        }
        let record = ResultRecord(
            suite: "lava", name: "job", result: outcome.health == .complete ? .pass : .fail,
            measurement: duration.inSeconds, units: "seconds", metadata: metadata, logged: services.clock.wall())
        log.result(record)
        do {
            try await services.store.append([record], to: lease.job)
        } catch {
            log.error("the result of the job could not be stored: \(error)")
        }
    }
}

extension Failure {
    /// Any error of a run as a failure that people can read.
    init(explaining error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
        case is CancellationError:
            self.init(.canceled, "the job was cancelled")
        case let timeout as ConsoleTimeout:
            self.init(.job, timeout.explanation)
        case is StepTimeout:
            self.init(.job, "the time was up")
        default:
            self.init(.bug, "unexpected error: \(error)")
        }
    }
}

extension ConsoleTimeout {
    /// What was waited for and where the board was.
    var explanation: String {
        let wanted = patterns.prefix(3).map { "'\($0.expression)'" }.joined(separator: ", ")
        let more = patterns.count > 3 ? " and \(patterns.count - 3) more" : ""
        let last = lastLine.map { "the last line was '\($0)'" } ?? "the console was silent"
        return "waited for \(wanted)\(more) in vain; \(last)"
    }
}
