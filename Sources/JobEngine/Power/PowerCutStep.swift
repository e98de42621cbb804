import LabModel

/// `power_cut`: starts a command on the booted board, takes the power away at the given moment, and watches what
/// comes back.
struct PowerCutStep: StepRunner {
    let cut: PowerCutAction

    static let suite = "power-cut"

    var name: String { "power-cut" }
    var timeoutType: ErrorType { .test }
    var holdsWaitsToConnectionTimeout: Bool { false }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard run.hasShell else {
            throw Failure(.job, "a power cut needs a booted board", advice: "put a boot block with prompts before it")
        }
        let before = try await lastSign(in: run, until: deadline)
        let shot = try await CutShot(cut: cut, run: run).fire(until: deadline)
        run.hasShell = false
        let pause = max(cut.offFor, run.profile.power.minimumOffTime)
        run.log.info("the board stays off for \(pause.shortText)")
        try await run.clock.sleep(for: pause)

        let recovery = try await recover(in: run, until: deadline)
        let answers = try await askAfterwards(recovery, in: run, until: deadline)
        let record = await judged(before: before, shot: shot, recovery: recovery, isWhole: answers.isWhole, in: run)
        try await report(record, checks: answers.checks, in: run)
    }

    // MARK: Before

    private struct Sign {
        var version: String?
        var slot: String?
    }

    /// What the board said of itself when it last came up; nil when its marker is not on the console.
    private func lastSign(in run: RunContext, until deadline: MonotonicTime) async throws -> Sign? {
        do {
            let match = try await run.board.console.expect(
                [ConsolePattern(cut.alive.marker)], from: run.bootStart, until: run.clock.monotonic())
            return sign(of: match)
        } catch is ConsoleTimeout {
            run.log.debug("the board did not print its marker of life before the cut")
            return nil
        }
    }

    private func sign(of match: ConsoleMatch) -> Sign {
        Sign(
            version: match.groups["version"] ?? match.groups["1"],
            slot: match.groups["slot"] ?? match.groups["2"])
    }

    // MARK: After

    private struct Recovery {
        var brick: BrickKind?
        var sign: Sign?
        var boots: Int
        var time: Duration?
        var inferences: [String]
    }

    private func recover(in run: RunContext, until deadline: MonotonicTime) async throws -> Recovery {
        await run.beginBoot()
        try await run.switchPower(.on, until: deadline)
        let poweredOn = run.clock.monotonic()
        var watch = RecoveryWatch(poweredOn: poweredOn, within: cut.alive.within, maxBoots: cut.alive.maxBoots)
        let patterns = signPatterns(in: run)
        var decision = watch.first
        while case .lookOn(let limit) = decision {
            do {
                let match = try await run.expect(patterns, until: min(limit, deadline))
                guard let sign = RecoveryWatch.Sign(rawValue: match.pattern) else { break }
                decision = watch.saw(sign, match.text, at: match.at)
                if decision == .alive {
                    return Recovery(
                        sign: self.sign(of: match), boots: watch.boots, time: match.at.duration(since: poweredOn),
                        inferences: watch.inferences)
                }
            } catch let timeout as ConsoleTimeout {
                // When the block's own time is up nothing is known of the board.
                guard limit < deadline else { throw timeout }
                let end = await run.board.console.end()
                decision = .brick(watch.timedOut(anyOutput: end > run.bootStart))
            }
        }
        guard case .brick(let kind) = decision else { throw Failure(.bug, "recovery ended without a decision") }
        return Recovery(brick: kind, boots: watch.boots, inferences: watch.inferences)
    }

    /// In the order of `RecoveryWatch.Sign`.
    private func signPatterns(in run: RunContext) -> [ConsolePattern] {
        let panic = KernelFindings.all.first { $0.kind == "panic" }?.expression ?? "Kernel panic"
        var expressions = [cut.alive.marker, KernelFindings.firmwareBanner, panic]
        if let prompt = run.profile.bootloader?.prompt { expressions.append("^\(prompt)") }
        return expressions.map { ConsolePattern($0) }
    }

    private func askAfterwards(
        _ recovery: Recovery, in run: RunContext, until deadline: MonotonicTime
    ) async throws -> (isWhole: Bool?, checks: [(PowerCutAction.Check, Int)]) {
        guard recovery.brick == nil else { return (nil, []) }
        if !cut.prompts.isEmpty { run.prompts = cut.prompts }
        try await run.expectPrompt(until: deadline)
        run.hasShell = true
        var isWhole: Bool?
        if let whole = cut.whole { isWhole = try await run.status(of: whole, until: deadline) == 0 }
        var checks: [(PowerCutAction.Check, Int)] = []
        for check in cut.checks {
            checks.append((check, try await run.status(of: check.run, until: deadline)))
        }
        return (isWhole, checks)
    }

    // MARK: Verdict

    private func judged(
        before: Sign?, shot: CutShot.Result, recovery: Recovery, isWhole: Bool?, in run: RunContext
    ) async -> PowerCutRecord {
        let (outcome, inferences) = PowerCutJudge(cut: cut).outcome(
            PowerCutJudge.Evidence(
                brick: recovery.brick, boots: recovery.boots, isWhole: isWhole, versionBefore: before?.version,
                versionAfter: recovery.sign?.version))
        return PowerCutRecord(
            name: cut.name, outcome: outcome, brickKind: recovery.brick, isAllowed: cut.allowed.contains(outcome),
            isAlive: recovery.brick == nil, isWhole: isWhole, versionBefore: before?.version,
            versionAfter: recovery.sign?.version, slotBefore: before?.slot, slotAfter: recovery.sign?.slot,
            boots: recovery.boots, recoveryTime: recovery.time, commandLatency: shot.commandLatency,
            silenceLatency: shot.silenceLatency, triggerLine: shot.triggerLine,
            inferences: recovery.inferences + inferences,
            lastLines: await run.board.console.lastLines(12).map(\.text))
    }

    private func report(
        _ record: PowerCutRecord, checks: [(PowerCutAction.Check, Int)], in run: RunContext
    ) async throws {
        try await run.services.store.append(record, to: run.job)
        var metadata: [String: DataValue] = [
            "outcome": .string(record.outcome.rawValue), "level": .string(run.level),
            "boots": .integer(Int64(record.boots)), "inferences": .list(record.inferences.map { .string($0) }),
        ]
        metadata["brick_kind"] = record.brickKind.map { .string($0.rawValue) }
        metadata["version_before"] = record.versionBefore.map { .string($0) }
        metadata["version_after"] = record.versionAfter.map { .string($0) }
        metadata["whole"] = record.isWhole.map { .bool($0) }
        metadata["command_latency"] = record.commandLatency.map { .double($0.inSeconds) }
        metadata["silence_latency"] = record.silenceLatency.map { .double($0.inSeconds) }
        try await run.record(
            ResultRecord(
                suite: Self.suite, name: record.name, result: record.isAllowed ? .pass : .fail,
                measurement: record.recoveryTime?.inSeconds, units: record.recoveryTime == nil ? nil : "seconds",
                metadata: metadata, logged: run.clock.wall()))
        for (check, status) in checks {
            try await run.record(
                ResultRecord(
                    suite: Self.suite, name: "\(record.name)-\(check.name)", result: status == 0 ? .pass : .fail,
                    metadata: ["status": .integer(Int64(status)), "level": .string(run.level)],
                    logged: run.clock.wall()))
        }
        try await run.recordFindings(always: false, expectedReset: true)
        try await run.storeResults()
        let kind = record.brickKind.map { " (\($0.rawValue))" } ?? ""
        run.log.info("verdict of '\(record.name)': \(record.outcome.rawValue)\(kind)")
    }
}
