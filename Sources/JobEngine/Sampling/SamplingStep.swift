import LabModel

/// `power_cut` with `on: real` and many cuts: a sampling campaign on the board that the job has.
struct SamplingStep: StepRunner {
    let sampling: PowerCutSampling
    let block: Int

    var name: String { "power-cut-sampling" }
    var timeoutType: ErrorType { .test }
    var holdsWaitsToConnectionTimeout: Bool { false }

    /// What nobody measured is taken for this.
    static let assumedPath = PowerPath(delay: .zero, jitter: .milliseconds(5))
    /// A trial takes so long until one was timed, beside the time that the board is off.
    private static let guessedTrial = Duration.seconds(120)
    /// Verdicts of single cuts that are recorded beside the rows.
    private static let recordedFailures = 50

    /// As long as it takes: the job's own time ends it.
    var neededTime: Duration? {
        sampling.budget.time.map { $0 + .seconds(300) } ?? (sampling.offFor + Self.guessedTrial)
            * (sampling.trialLimit + (sampling.targets?.cuts ?? 0) * 2)
    }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard run.hasShell else {
            throw Failure(.job, "a power cut needs a booted board", advice: "put a boot block with prompts before it")
        }
        if !sampling.prompts.isEmpty { run.prompts = sampling.prompts }
        let campaign = ExplorationName(job: run.job, block: block, name: sampling.name)
        var entries = try await run.services.sampling.notebook?.entries(of: campaign) ?? []
        let path = try await path(entries, campaign, in: run)
        entries.removeAll { if case .path = $0 { true } else { false } }
        var machine = SamplingMachine(plan: sampling, path: path, targets: try await targets(in: run))
        try resume(&machine, with: entries, in: run)
        try await work(&machine, campaign, in: run, until: deadline)
        try await report(machine, in: run)
    }

    // MARK: - What is known beforehand

    /// Of an earlier run, of the job itself, or as it was measured.
    private func path(
        _ entries: [SamplingEntry], _ campaign: ExplorationName, in run: RunContext
    ) async throws -> PowerPath {
        for case .path(let path) in entries { return path }
        let measured = try await run.services.sampling.paths?.powerPath(of: run.board.name)
        let path = sampling.powerPath ?? measured ?? Self.assumedPath
        if sampling.powerPath == nil, measured == nil {
            run.log.warning(
                "the power path of \(run.board.name) was never measured: taken as \(path.delay.milliText) with a jitter of "
                    + "\(path.jitter.milliText); `lablctl board measure-power \(run.board.name)` measures it")
        } else {
            run.log.info(
                "power path: \(path.delay.milliText) from command to silence, jitter \(path.jitter.milliText)")
        }
        try await run.services.sampling.notebook?.append(.path(path), to: campaign)
        return path
    }

    private func targets(in run: RunContext) async throws -> [PowerCutTarget] {
        guard let wanted = sampling.targets else { return [] }
        guard let reports = run.services.sampling.reports,
            let found = try await reports.targets(of: wanted.job, block: wanted.block)
        else {
            throw Failure(
                .job, "job \(wanted.job) has no finished exploration of power cuts",
                advice: "`targets: {from: JOB}` wants a job with a `power_cut` block with `on: virtual`")
        }
        if found.isEmpty { run.log.info("the exploration of job \(wanted.job) found nothing to aim at") }
        for target in found {
            run.log.info("target \(target.state) (\(target.verdict.rawValue)) in '\(target.phase ?? "start")'")
        }
        return Array(found.prefix(Self.targetLimit))
    }

    private static let targetLimit = 20

    /// Takes what an earlier run of this job wrote down: no cut is made twice.
    private func resume(_ machine: inout SamplingMachine, with entries: [SamplingEntry], in run: RunContext) throws {
        for entry in entries {
            _ = machine.next()
            switch entry {
            case .path: break
            case .timeline(let timeline): try machine.learn(timeline)
            case .trial(let trial): machine.record(trial)
            }
        }
        if !entries.isEmpty {
            run.log.info("an earlier run of this job made \(machine.trials.count) cuts: going on from there")
        }
    }

    // MARK: - The campaign

    private func work(
        _ machine: inout SamplingMachine, _ campaign: ExplorationName, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        let notebook = run.services.sampling.notebook
        let began = run.clock.monotonic()
        // What earlier runs of this job took is taken.
        let spent = Duration.seconds(machine.trials.reduce(0) { $0 + $1.seconds })
        let limit = sampling.budget.time.map { min(deadline, began.advanced(by: max($0 - spent, .zero))) } ?? deadline
        let trialsBefore = machine.trials.count
        // The job has just booted the board; after a crash it has not been cut since either.
        var isBooted = true
        var expectsBanner = false
        if machine.timeline != nil {
            expectsBanner = await trial(machine, campaign, in: run).sawBanner()
        }
        while true {
            let step = machine.next()
            let trial = trial(machine, campaign, in: run)
            switch step {
            case .finished: return
            case .dryRun:
                let timeline = try await trial.dryRun(isBooted: isBooted, until: deadline)
                isBooted = false
                if machine.runs.isEmpty { try await trial.control(until: deadline) }
                expectsBanner = await trial.sawBanner()
                try await notebook?.append(.timeline(timeline), to: campaign)
                try machine.learn(timeline)
                try await run.recordFindings(always: false, expectedReset: true)
                if let learned = machine.timeline { tell(learned, expectsBanner, in: run) }
            case .cut(let cut):
                guard run.clock.monotonic().advanced(by: expected(machine)) < limit else {
                    run.log.warning("no time is left for another cut")
                    machine.stop(.outOfTime)
                    continue
                }
                let timeline = machine.timeline ?? UpdateTimeline(end: .zero)
                let done = try await trial.perform(cut, in: timeline, expectsBanner: expectsBanner, until: deadline)
                try await notebook?.append(.trial(done), to: campaign)
                machine.record(done)
                try await run.recordFindings(always: false, expectedReset: true)
                let time = run.clock.monotonic().duration(since: began)
                try await tell(done, machine, made: machine.trials.count - trialsBefore, in: time, run)
            }
        }
    }

    private func trial(_ machine: SamplingMachine, _ campaign: ExplorationName, in run: RunContext) -> CutTrial {
        CutTrial(
            plan: sampling, path: machine.path, block: block, run: run,
            evidence: CutEvidence(
                notebook: run.services.sampling.notebook, campaign: campaign,
                disksKept: machine.trials.count { $0.isFailure || $0.status == .invalid(.noBanner) }))
    }

    /// How long the next trial may take: the longest of the last ten and a half more.
    private func expected(_ machine: SamplingMachine) -> Duration {
        let recent = machine.trials.suffix(10).map(\.seconds).max()
        return recent.map { .seconds($0 * 1.5) } ?? sampling.offFor
    }

    // MARK: - What is told

    private func tell(_ timeline: UpdateTimeline, _ expectsBanner: Bool, in run: RunContext) {
        let phases = timeline.phases.map { "\($0.name) \($0.length.milliText)" }.joined(separator: ", ")
        run.log.info("the update takes \(timeline.end.milliText): \(phases)")
        if !expectsBanner {
            run.log.warning("the firmware does not greet in a way that is known: a cut that failed may go unnoticed")
        }
    }

    private func tell(
        _ trial: SampledCut, _ machine: SamplingMachine, made: Int, in time: Duration, _ run: RunContext
    ) async throws {
        let text = trial.text
        if trial.isFailure {
            run.log.warning(text)
            if machine.trials.count(where: \.isFailure) <= Self.recordedFailures {
                try await run.services.store.append(trial.powerCutRecord(named: sampling.name), to: run.job)
            }
        } else {
            run.log.info(text)
        }
        // Often enough for the person who waits, seldom enough for the history.
        guard made % 10 == 1 || trial.isFailure && trial.cut.purpose.isSample else { return }
        let progress = SamplingProgress(machine, made: made, in: time).text
        run.log.info(progress)
        try await run.publish(.progress, ["message": .string(progress)])
    }

    private func report(_ machine: SamplingMachine, in run: RunContext) async throws {
        let summary = SamplingReport(machine: machine).summary
        for entry in summary.cases {
            try await run.record(
                ResultRecord(
                    suite: PowerCutStep.suite, name: "\(sampling.name)-\(entry.name)",
                    result: entry.isAllowed.map { $0 ? .pass : .fail } ?? .unknown,
                    metadata: entry.metadata.merging(["level": .string(run.level)]) { own, _ in own },
                    logged: run.clock.wall()))
        }
        var metadata = summary.metadata
        metadata["level"] = .string(run.level)
        metadata["verdict"] = .string(summary.line)
        let failed = machine.trials.contains(where: \.isFailure)
        try await run.record(
            ResultRecord(
                suite: PowerCutStep.suite, name: sampling.name,
                result: summary.isAllowed ? .pass : failed ? .fail : .unknown, metadata: metadata,
                logged: run.clock.wall()))
        try await run.storeResults()
        run.log.info("'\(sampling.name)': \(summary.line)")
    }
}
