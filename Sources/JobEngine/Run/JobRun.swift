import LabModel

/// One run of one plan: takes the board, walks the blocks, leaves the board at rest.
struct JobRun: Sendable {
    let plan: JobPlan
    let lease: Lease
    let board: any Board
    let services: EngineServices
    let log: RunLog
    let rooms: GroupRooms

    /// Putting a board to rest may take no longer than this.
    static let cleanupLimit = Duration.seconds(60)

    func run() async -> JobOutcome {
        let began = services.clock.monotonic()
        log.info("job \(lease.job) '\(plan.name)' runs on \(board.name)")
        let (failure, keepsBoard) = await work(began: began)
        let unrested = keepsBoard ? nil : await shielded { await cleanUp() }
        let outcome = JobOutcome(
            health: (failure ?? unrested).map { $0.type == .canceled ? .canceled : .incomplete } ?? .complete,
            failure: failure ?? unrested, keepsBoard: keepsBoard)
        await shielded { await conclude(outcome, began: began) }
        return outcome
    }

    /// Everything between taking the board and giving it back.
    ///
    /// - Returns: what ended it early, and whether the board is to be left as it is.
    private func work(began: MonotonicTime) async -> (failure: Failure?, keepsBoard: Bool) {
        let deadline = began.advanced(by: plan.timeouts.job)
        let prepared: Prepared
        do {
            prepared = try await prepare(until: deadline)
            try await keep(validation(nil))
        } catch {
            let failure = Failure(explaining: error)
            await shielded { try? await keep(validation(failure)) }
            return (failure, false)
        }
        let context = RunContext(
            plan: plan, lease: lease, board: board, profile: prepared.profile, services: services, log: log,
            workspace: prepared.workspace, findings: prepared.findings)
        context.group = prepared.group
        context.cursor = await board.console.end()
        let failure = await walk(context, until: deadline)
        for watch in prepared.watches { await watch.disarm() }
        return (failure, keepsBoard(after: failure, failedTests: context.failedTests))
    }

    /// A person looks at the board of a job that could not run to its end, or whose tests failed; nobody asked for a look
    /// at one that was canceled.
    private func keepsBoard(after failure: Failure?, failedTests: Int) -> Bool {
        guard plan.holdOnFailure != nil else { return false }
        let keeps = failure.map { $0.type != .canceled } ?? (failedTests > 0)
        if keeps { log.info("\(board.name) is left as it is, for whoever wants to look at it (on_failure: hold)") }
        return keeps
    }

    private struct Prepared: Sendable {
        var profile: DeviceProfile
        var workspace: String
        var findings: FindingsLog
        var watches: [any ConsoleArmament]
        var group: GroupSession?
    }

    /// Resolves the device type for this board, takes the board, and begins to watch its console.
    private func prepare(until deadline: MonotonicTime) async throws -> Prepared {
        guard let type = plan.deviceType else {
            throw Failure(.job, "the job names no device type")
        }
        let profile = try services.catalog.profile(
            of: type, variables: board.definition.variables, context: plan.context)
        let (board, job, log) = (board, lease.job, log)
        let workspace = try await services.workspaces.makeWorkspace(for: job)
        try await withDeadline(deadline, clock: services.clock) {
            try await board.prepare(BoardPreparation(job: job, profile: profile, workspace: workspace))
        }
        let group = try await enterGroup()
        let findings = FindingsLog()
        let lines = await board.console.follow { lines in log.target(lines) }
        return Prepared(
            profile: profile, workspace: workspace, findings: findings,
            watches: [lines, try await findings.watch(board.console)], group: group)
    }

    /// Nil for a job of its own.
    private func enterGroup() async throws(Failure) -> GroupSession? {
        guard let role = plan.role, let book = services.groups, let roster = try await book.roster(of: lease.job) else {
            return nil
        }
        await rooms.enter(lease, roster)
        // Whoever ended between the first look and the entry has been told to nobody.
        if let now = try await book.roster(of: lease.job) { await rooms.note(now) }
        log.info("the job is one of \(roster.members.count) in the group \(roster.group), with the role '\(role.name)'")
        return GroupSession(
            rooms: rooms, roster: roster, job: lease.job, clock: services.clock, waitLimit: role.waitLimit)
    }

    /// The row `validate`: the plan fits this board, and the board is ours.
    private func validation(_ failure: Failure?) -> ResultRecord {
        var metadata: [String: DataValue] = ["level": "0"]
        if let failure {
            metadata["error_type"] = .string(failure.type.rawValue)
            metadata["error_msg"] = .string(failure.message)
        }
        return ResultRecord(
            suite: "lava", name: "validate", result: failure == nil ? .pass : .fail, metadata: metadata,
            logged: services.clock.wall())
    }

    /// Records one row at once.
    private func keep(_ record: ResultRecord) async throws(Failure) {
        log.result(record)
        try await services.store.append([record], to: lease.job)
    }

    private func walk(_ context: RunContext, until deadline: MonotonicTime) async -> Failure? {
        var failure: Failure?
        do {
            for block in plan.blocks {
                try await BlockRun(block: block, context: context, jobDeadline: deadline).run()
            }
        } catch {
            failure = context.secrets.masked(Failure(explaining: error))
        }
        // What was seen before a failure is kept, whatever the failure was: a crash of the board most of all.
        do {
            try await context.recordFindings(always: false, expectedReset: false)
            try await context.storeResults()
        } catch {
            failure = failure ?? error
        }
        return failure
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
        do {
            try await keep(record)
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
        let last = lastLine.map { "the last line was '\($0.shown)'" } ?? "the console was silent"
        return "waited\(patterns.isEmpty ? "" : " for ")\(wanted)\(more) in vain; \(last)"
    }
}

extension String {
    /// What a board printed, fit for a sentence: at most 200 characters, none of them a control character.
    var shown: String {
        let start = unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(start)) + (unicodeScalars.dropFirst(200).isEmpty ? "" : "…")
    }
}
