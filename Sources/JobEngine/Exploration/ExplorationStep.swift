import LabModel

/// `power_cut` with `on: virtual`: records the update on a twin, then has every state explored that a cut can leave.
struct ExplorationStep: StepRunner {
    let exploration: PowerCutExploration
    let block: Int

    var name: String { "power-cut-exploration" }
    var timeoutType: ErrorType { .test }
    var holdsWaitsToConnectionTimeout: Bool { false }

    /// Recording and boots together; a job may say more.
    var neededTime: Duration? { (exploration.budget.time ?? .seconds(1800)) + .seconds(180) }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard let services = run.services.exploration else {
            throw Failure(.configuration, "this lab cannot explore power cuts")
        }
        let subject = ExplorationName(job: run.job, block: block, name: exploration.name)
        // Recording takes one.
        let count = exploration.models.isEmpty ? 1 : exploration.twins ?? services.processors
        var twins: [any TwinBoard] = []
        do {
            for number in 1...max(1, count) {
                let twin = try await services.twins.makeTwin(
                    of: run.board.definition, profile: run.profile, number: number, workspace: run.workspace)
                twins.append(twin)
                try await twin.prepare(
                    BoardPreparation(job: run.job, profile: run.profile, workspace: run.workspace))
            }
            try await work(subject, services, on: twins, in: run, until: deadline)
        } catch {
            await close(twins)
            throw error
        }
        await close(twins)
    }

    private func work(
        _ subject: ExplorationName, _ services: ExplorationServices, on twins: [any TwinBoard], in run: RunContext,
        until deadline: MonotonicTime
    ) async throws {
        let setup = TwinSetup(
            plan: run.plan, lease: run.lease, profile: run.profile, services: run.services, workspace: run.workspace,
            prompts: exploration.prompts(after: run.plan.blocks.prefix(block)))
        if await services.laboratory.hasRecording(subject) {
            run.log.info("an earlier run of this job recorded the update: going on from there")
        } else if let trace = exploration.trace {
            try await adopt(trace, as: subject, services, in: run)
        } else {
            try await record(subject, services, on: twins[0], setup, in: run, until: deadline)
        }
        guard !exploration.models.isEmpty else { return try await reportRecording(subject, services, in: run) }
        let trials = twins.map { TwinTrial(twin: $0, setup: setup, exploration: exploration) }
        let (store, job, board, log) = (run.services.store, run.job, run.board.name, run.log)
        let summary = try await withDeadline(deadline, clock: run.clock) {
            try await services.laboratory.explore(subject, plan: exploration, trials: trials) { progress in
                // Often enough for the person who waits, seldom enough for the history.
                guard progress.boots % 5 == 1 else { return }
                log.info(progress.text)
                try? await store.append([
                    NewEvent(
                        job: job, board: board, kind: .progress, data: .map(["message": .string(progress.text)]))
                ])
            }
        }
        try await report(summary, in: run)
    }

    // MARK: - Recording

    private func record(
        _ subject: ExplorationName, _ services: ExplorationServices, on twin: any TwinBoard, _ setup: TwinSetup,
        in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        let definition = run.board.definition
        let base = try await services.twins.factoryDisk(of: definition, profile: run.profile)
        let machine = try await services.twins.configuration(of: definition, profile: run.profile)
        let recording = try await services.laboratory.beginRecording(subject, base: base, machine: machine)
        do {
            try await twin.insert(recording.disk)
            let context = setup.context(for: twin, log: run.log)
            run.log.info("recording '\(exploration.run)' on a twin of the board")
            try await update(context, recording, until: deadline)
            try await context.switchPower(.off, until: deadline)
        } catch {
            await recording.abandon()
            throw error
        }
        let writes = try await recording.finish()
        run.log.info("recorded \(writes) writes")
    }

    private func update(
        _ context: RunContext, _ recording: any PowerCutRecording, until deadline: MonotonicTime
    ) async throws {
        recording.mark("power on", phase: "boot", isSuccess: false)
        try await context.beginBoot()
        let lines = await context.board.console.follow { [log = context.log] lines in log.target(lines) }
        let patterns =
            [exploration.phases, KernelFindings.firmwareBanner, exploration.alive.marker]
            + [exploration.acknowledged, exploration.success].compactMap(\.self)
        let acknowledged = exploration.acknowledged == nil ? nil : 3
        let watch = try await context.board.console.watch(patterns.map { ConsolePattern($0) }) { match in
            switch match.pattern {
            case 0:
                recording.mark(
                    match.text.trimmed, phase: match.groups["1"] ?? match.text.trimmed, isSuccess: false)
            case 1: recording.mark(RecordingMarks.start, phase: nil, isSuccess: false)
            case 2:
                let version = match.groups["version"] ?? match.groups["1"]
                recording.mark(version.map(RecordingMarks.runs) ?? match.text, phase: nil, isSuccess: false)
            case acknowledged:
                // What is no number acknowledges nothing.
                guard let number = match.groups["1"].flatMap({ Int($0) }) else { break }
                recording.mark(RecordingMarks.acknowledged(number), phase: nil, isSuccess: false)
            default: recording.mark(match.text.trimmed, phase: nil, isSuccess: true)
            }
        }
        do {
            try await context.switchPower(.on, until: deadline)
            try await context.expectPrompt(until: deadline)
            recording.mark(exploration.run, phase: "start", isSuccess: false)
            try await context.sendLine(exploration.run, pacing: context.profile.characterDelays.test)
            if let marker = exploration.until.marker {
                try await context.expect([ConsolePattern(marker)], until: deadline)
            } else {
                try await context.expectPrompt(until: deadline)
            }
            if let then = exploration.until.then {
                try await context.expectPrompt(until: deadline)
                try await context.sendLine(then, pacing: context.profile.characterDelays.test)
                try await context.expectPrompt(until: deadline)
            }
            try await context.pause(exploration.until.settle, until: deadline)
        } catch {
            await watch.disarm()
            await lines.disarm()
            throw error
        }
        await watch.disarm()
        await lines.disarm()
    }

    /// Takes the recording of an earlier job, if the board is still what it was recorded on.
    private func adopt(
        _ trace: PowerCutExploration.Source, as subject: ExplorationName, _ services: ExplorationServices,
        in run: RunContext
    ) async throws {
        do {
            let block = try await services.states.recordedBlock(of: trace.job, block: trace.block)
            let source = ExplorationName(job: trace.job, block: block, name: exploration.name)
            let facts = try await services.states.facts(of: source)
            let machine = try await services.twins.configuration(of: run.board.definition, profile: run.profile)
            let differences = facts.differences(to: machine)
            guard differences.isEmpty else {
                throw Failure(
                    .job,
                    "the recording of job \(trace.job) is of another board: \(differences.joined(separator: "; "))",
                    advice: "record the update again")
            }
            try await services.laboratory.adopt(source, as: subject)
            run.log.info("took the recording of job \(trace.job), block \(block): \(facts.writes) writes")
        } catch let error as CrashStateError {
            throw error.failure
        }
    }

    // MARK: - Results

    /// The row of a job that was only to record.
    private func reportRecording(
        _ subject: ExplorationName, _ services: ExplorationServices, in run: RunContext
    ) async throws {
        let facts: RecordingFacts
        do {
            facts = try await services.states.facts(of: subject)
        } catch {
            throw error.failure
        }
        try await run.record(
            ResultRecord(
                suite: PowerCutStep.suite, name: exploration.name, result: .pass,
                metadata: [
                    "level": .string(run.level), "verdict": "recorded", "writes": .integer(Int64(facts.writes)),
                    "flushes": .integer(Int64(facts.flushes)), "bytes": .integer(facts.bytes),
                    "phases": .list(facts.phases.map { .string($0.name) }), "trace": .string(facts.trace),
                ], logged: run.clock.wall()))
        try await run.storeResults()
        run.log.info(
            "'\(exploration.name)': recorded only, \(facts.writes) writes and \(facts.flushes) flushes in "
                + "\(facts.phases.count) phases")
    }

    private func report(_ summary: ExplorationSummary, in run: RunContext) async throws {
        for entry in summary.cases {
            try await run.record(
                ResultRecord(
                    suite: PowerCutStep.suite, name: "\(exploration.name)-\(entry.name)",
                    result: entry.isAllowed.map { $0 ? .pass : .fail } ?? .unknown,
                    metadata: entry.metadata.merging(["level": .string(run.level)]) { own, _ in own },
                    logged: run.clock.wall()))
        }
        var metadata = summary.metadata
        metadata["level"] = .string(run.level)
        metadata["sound"] = .bool(!summary.isUnsound)
        metadata["verdict"] = .string(summary.line)
        try await run.record(
            ResultRecord(
                suite: PowerCutStep.suite, name: exploration.name, result: summary.isAllowed ? .pass : .fail,
                metadata: metadata, logged: run.clock.wall()))
        try await run.storeResults()
        run.log.info("'\(exploration.name)': \(summary.line)")
    }

    private func close(_ twins: [any TwinBoard]) async {
        for twin in twins { await twin.close() }
    }
}

extension ExplorationProgress {
    /// `41 boots (23 a minute), 310 states decided, 2 failing; 545 states left, about 1 min`.
    fileprivate var text: String {
        var text =
            "\(boots) \(boots == 1 ? "boot" : "boots") (\(Int(bootsPerMinute.rounded())) a minute), \(decided) \(decided == 1 ? "state" : "states") decided"
        if failing > 0 { text += ", \(failing) failing" }
        if let left, left >= 1 {
            text += "; \(Int(left)) states left"
            if let minutes { text += ", about \(max(1, Int(minutes.rounded(.up)))) min" }
        }
        return text
    }

    /// Until those are decided that can be counted, if the rest goes as the first did.
    private var minutes: Double? {
        guard let left, boots > 0, decided > 0, bootsPerMinute > 0 else { return nil }
        return left * Double(boots) / (Double(decided) * bootsPerMinute)
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let inner = drop { $0.isWhitespace }
        guard let last = inner.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(inner[...last])
    }
}
