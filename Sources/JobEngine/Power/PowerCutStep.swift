import LabModel

/// `power_cut`: starts a command on the booted board, takes the power away at the given moment, and watches what
/// comes back.
struct PowerCutStep: StepRunner {
    let cut: PowerCutAction

    static let suite = "power-cut"

    var name: String { "power-cut" }
    var timeoutType: ErrorType { .test }
    var holdsWaitsToConnectionTimeout: Bool { false }

    /// Every boot its own time, and the command before them.
    var neededTime: Duration? { cut.offFor + cut.alive.within * cut.alive.maxBoots + .seconds(60) }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard run.hasShell else {
            throw Failure(.job, "a power cut needs a booted board", advice: "put a boot block with prompts before it")
        }
        let before = try await lastSign(in: run)
        let shot = try await CutShot(cut: cut, run: run).fire(until: deadline)
        run.hasShell = false
        run.hasPower = false
        try await run.recordFindings(always: false, expectedReset: true)

        // From here on there is a verdict, whatever happens: the cut has been made.
        var recovery = PowerCutRecovery(cut: cut, run: run)
        var failure: (any Error)?
        do {
            let pause = max(cut.offFor, run.profile.power.minimumOffTime)
            run.log.info("the board stays off for \(pause.shortText)")
            try await run.pause(pause, until: deadline)
            try await recovery.watch(until: deadline)
        } catch {
            failure = error
        }
        try await report(record(before: before, shot: shot, recovery: recovery, in: run), recovery, in: run)
        if let failure, !(failure is ConsoleTimeout || failure is StepTimeout) { throw failure }
    }

    /// What the board said of itself when it last came up; nil when its marker is not on the console.
    private func lastSign(in run: RunContext) async throws -> PowerCutRecovery.Sign? {
        let end = await run.board.console.end()
        var place = run.bootStart
        var found: ConsoleMatch?
        do {
            for turn in 1...Self.mostSigns where place < end {
                // Old output may have to be read back from the transcript, which takes a moment.
                let match = try await run.board.console.expect(
                    [ConsolePattern(cut.alive.marker)], from: place,
                    until: run.clock.monotonic().advanced(by: .milliseconds(found == nil ? 500 : 20)))
                found = match
                place = match.end
                // Of a board that says it again and again, what it said lately counts.
                let lately = ConsoleOffset(rawValue: end.rawValue - min(end.rawValue, Self.lately))
                if turn == Self.mostSigns / 2 { place = max(place, lately) }
            }
        } catch is ConsoleTimeout {
            if found == nil { run.log.debug("the board did not print its marker of life before the cut") }
        }
        return found.map { PowerCutRecovery.Sign($0) }
    }

    /// How many markers of life are looked at before a cut, the second half of them near the end of the output.
    private static let mostSigns = 200
    /// In bytes from the end of the output.
    private static let lately: UInt64 = 4096

    private func record(
        before: PowerCutRecovery.Sign?, shot: CutShot.Result, recovery: PowerCutRecovery, in run: RunContext
    ) async -> PowerCutRecord {
        let (outcome, inferences) = PowerCutJudge(cut: cut).outcome(
            PowerCutJudge.Evidence(
                brick: recovery.brick, isCutShort: !recovery.isDecided, boots: recovery.boots,
                isWhole: recovery.isWhole, versionBefore: before?.version, versionAfter: recovery.sign?.version,
                sawNewVersion: recovery.sawNewVersion))
        let lines = await run.board.console.lastLines(12).map { run.secrets.masked($0.text) }
        return PowerCutRecord(
            name: cut.name, outcome: outcome, brickKind: recovery.brick,
            isAllowed: outcome != .undecided && cut.allowed.contains(outcome), isAlive: recovery.sign != nil,
            isWhole: recovery.isWhole, versionBefore: before?.version, versionAfter: recovery.sign?.version,
            slotBefore: before?.slot, slotAfter: recovery.sign?.slot, boots: recovery.boots,
            recoveryTime: recovery.time, commandLatency: shot.commandLatency, silenceLatency: shot.silenceLatency,
            triggerLine: shot.triggerLine.map(run.secrets.masked), inferences: recovery.inferences + inferences,
            lastLines: lines)
    }

    private func report(_ record: PowerCutRecord, _ recovery: PowerCutRecovery, in run: RunContext) async throws {
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
        for answer in recovery.answers {
            try await run.record(
                ResultRecord(
                    suite: Self.suite, name: "\(record.name)-\(answer.check.name)",
                    result: answer.status == 0 ? .pass : .fail,
                    metadata: [
                        "status": answer.status.map { .integer(Int64($0)) } ?? .null, "level": .string(run.level),
                    ], logged: run.clock.wall()))
        }
        try await run.recordFindings(always: false, expectedReset: true)
        try await run.storeResults()
        let kind = record.brickKind.map { " (\($0.rawValue))" } ?? ""
        run.log.info("verdict of '\(record.name)': \(record.outcome.rawValue)\(kind)")
    }
}
