import LabModel

/// One trial of a campaign: known-good image, boot, update, cut, off, on, verdict.
struct CutTrial {
    let plan: PowerCutSampling
    let path: PowerPath
    /// The campaign's block in its job.
    let block: Int
    let run: RunContext
    let evidence: CutEvidence

    /// How long an update may take beyond what was measured.
    private static let updatePatience = Duration.seconds(60)
    /// The least time after a cut in which a board may still print.
    private static let lastWords = Duration.milliseconds(300)

    /// An uncut run: when the update prints its marks.
    ///
    /// - Parameter isBooted: the job has just booted the board.
    func dryRun(isBooted: Bool, until deadline: MonotonicTime) async throws -> UpdateTimeline {
        if !isBooted { try await Restoration(plan: plan, block: block).bring(run, until: deadline) }
        run.log.info("uncut run of '\(plan.run)'")
        let watch = UpdateWatch()
        let update = UpdateRun(plan: plan, run: run)
        let start = try await update.type(until: deadline)
        let armament = try await watch.begin(plan, on: run.board.console)
        do {
            let course = try await update.follow(from: start, until: deadline)
            await armament.disarm()
            run.cursor = await run.board.console.end()
            if watch.isFull { run.log.warning("the update printed too many marks: its last phases are not told apart") }
            return watch.timeline(since: course.began, end: course.ended ?? run.clock.monotonic())
        } catch {
            await armament.disarm()
            throw error
        }
    }

    /// Starts the board after an uncut run: what does not come back then says nothing about cuts.
    ///
    /// - Throws: `test` when the board does not come back, or with a version that the job does not know.
    func control(until deadline: MonotonicTime) async throws {
        run.log.info("control: the board starts after the uncut run")
        try await run.switchPower(.off, until: deadline)
        try await run.pause(max(plan.offFor, run.profile.power.minimumOffTime), until: deadline)
        let facts = await facts(of: try await watchRecovery(until: deadline))
        let verdict = plan.rules.verdict(facts, afterSuccess: true)
        guard !verdict.isBrick, verdict != .undecided else {
            let version = facts.version.map { ", version '\($0)'" } ?? ""
            throw Failure(
                .test, "the update ran without a cut, and the board did not come back: \(verdict.rawValue)\(version)",
                advice: "compare `alive` and `versions` of the job with what the console says after an update")
        }
        if verdict != .new {
            run.log.warning("control: after the uncut run the verdict is '\(verdict.rawValue)', not 'new'")
        }
    }

    /// Whether the firmware greeted when the board was booted last.
    func sawBanner() async -> Bool {
        let limit = run.clock.monotonic().advanced(by: .milliseconds(200))
        // It may follow a line that the last cut left without its end.
        let banner = [ConsolePattern(String(KernelFindings.firmwareBanner.trimmingPrefix("^")))]
        return (try? await run.board.console.expect(banner, from: run.bootStart, until: limit)) != nil
    }

    /// Makes a cut.
    ///
    /// - Parameter expectsBanner: whether this board's firmware greets.
    /// - Throws: `CancellationError` and `StepTimeout`; whatever else fails makes the trial invalid.
    func perform(
        _ cut: PlannedCut, in timeline: UpdateTimeline, expectsBanner: Bool, until deadline: MonotonicTime
    ) async throws -> SampledCut {
        let began = run.clock.monotonic()
        var trial = SampledCut(cut: cut, status: .invalid(.lab))
        do {
            try await Restoration(plan: plan, block: block).bring(run, until: deadline)
            try await fire(&trial, in: timeline, until: deadline)
            if trial.isHit { try await judge(&trial, expectsBanner: expectsBanner, until: deadline) }
        } catch {
            try Task.checkCancellation()
            if run.clock.monotonic() >= deadline { throw StepTimeout() }
            let isReady = trial.commandLatency != nil || run.hasShell
            // Whatever state it is in, nobody types at it unseen.
            run.hasShell = false
            trial.status = .invalid(isReady ? .lab : .notReady)
            trial.verdict = nil
            trial.note = Failure(explaining: error).message
        }
        trial.seconds = run.clock.monotonic().duration(since: began).inSeconds
        return trial
    }

    // MARK: - The cut

    /// Starts the update and cuts the power; tells whether that hit.
    private func fire(_ trial: inout SampledCut, in timeline: UpdateTimeline, until deadline: MonotonicTime)
        async throws
    {
        let power = run.board.power
        let prepared: any PreparedCut
        do {
            prepared = try await power.prepareCut()
        } catch {
            trial.status = .invalid(.powerUnknown)
            trial.note = error.message
            return
        }
        let (shot, watch) = (UpdateRun.Shot(), UpdateWatch())
        let limit = min(deadline, run.clock.monotonic().advanced(by: timeline.end * 2 + Self.updatePatience))
        let aim = CutAim(moment: trial.cut.moment, lead: path.delay, in: timeline)
        let update = UpdateRun(plan: plan, run: run)
        let armament: any ConsoleArmament
        let course: UpdateRun.Course
        do {
            let start = try await update.type(until: limit)
            armament = try await watch.begin(plan, on: run.board.console)
            do {
                course = try await update.follow(from: start, aim: aim, cut: prepared, shot: shot, until: limit)
            } catch {
                await armament.disarm()
                throw error
            }
        } catch {
            if shot.fired == nil { try await prepared.abandon() } else { try await prepared.confirm() }
            throw error
        }
        guard let fired = shot.fired else {
            await armament.disarm()
            try await prepared.abandon()
            if let failure = shot.failure { throw failure }
            let seen = watch.timeline(since: course.began, end: run.clock.monotonic())
            trial.status = .missed(seen.marks.isEmpty && !timeline.marks.isEmpty ? .notUpdating : .updateEnded)
            return
        }
        run.hasShell = false
        run.hasPower = false
        trial.commandLatency = fired.commanded.duration(since: fired.due)
        do {
            try await settle(prepared, &trial, commanded: fired.commanded, until: deadline)
        } catch {
            await armament.disarm()
            throw error
        }
        await armament.disarm()
        guard trial.status == .hit else { return }
        locate(&trial, watch, began: course.began, commanded: fired.commanded)
    }

    /// Waits until the board is without power, and checks that it is.
    private func settle(
        _ prepared: any PreparedCut, _ trial: inout SampledCut, commanded: MonotonicTime, until deadline: MonotonicTime
    ) async throws {
        let power = run.board.power
        do {
            try await prepared.confirm()
            trial.status = .hit
        } catch {
            let seen = await power.observed()
            trial.status = .invalid(seen == .on ? .notSwitched : .powerUnknown)
            trial.note = error.message
        }
        try await run.pause(max(plan.offFor, run.profile.power.minimumOffTime), until: deadline)
        let last = await run.board.console.lastActivity() ?? commanded
        let silence = max(last.duration(since: commanded), .zero)
        trial.silenceLatency = silence
        let allowance = max(Self.lastWords, path.longest * 2)
        if trial.status == .hit, silence > min(allowance, plan.offFor / 2) {
            trial.status = .invalid(.consoleAlive)
            trial.note = "it printed until \(silence.milliText) after the command to switch it off"
        }
        guard !trial.isHit else { return }
        // Whatever the cut did, the next round starts from a board that was switched off.
        do {
            try await run.switchPower(.off, until: deadline)
        } catch let failure as Failure {
            trial.note = [trial.note, failure.message].compactMap(\.self).joined(separator: "; ")
        }
    }

    /// Where the power really went, by the marks of this very run.
    private func locate(
        _ trial: inout SampledCut, _ watch: UpdateWatch, began: MonotonicTime, commanded: MonotonicTime
    ) {
        // A board that still printed was still alive, whatever its power path is known for.
        let lived = commanded.advanced(by: trial.silenceLatency ?? .zero)
        let effective = max(commanded.advanced(by: path.delay), lived)
        let seen = watch.timeline(since: began, end: effective)
        let moment = effective.duration(since: began)
        let mark = seen.marks.last { $0.at <= moment }
        trial.phase = mark?.phase ?? UpdateTimeline.firstPhase
        trial.offset = moment - (mark?.at ?? .zero)
        trial.isAfterSuccess = seen.success != nil
    }

    // MARK: - What came back

    private func judge(_ trial: inout SampledCut, expectsBanner: Bool, until deadline: MonotonicTime) async throws {
        var recovery = try await watchRecovery(until: deadline)
        var greeted = recovery.sawBanner || !expectsBanner
        if recovery.brick == nil, !greeted { greeted = await sawBanner() }
        if recovery.brick == nil, !greeted {
            trial.status = .invalid(.noBanner)
            trial.note = "it answered without having greeted: it may never have been without power"
            return
        }
        var facts = await facts(of: recovery)
        trial.facts = facts
        trial.verdict = plan.rules.verdict(facts, afterSuccess: trial.isAfterSuccess)
        trial.isAllowed = isAllowed(trial)
        guard trial.isFailure else { return }
        await keepEvidence(&trial, until: deadline)
        try Task.checkCancellation()
        guard recovery.brick == .silent else { return }
        // Silence may be the switch's. Firmware that is damaged stays silent; a switch that hung does not.
        run.log.info("nothing at all was printed: switched off and on once more")
        do {
            try await run.switchPower(.off, until: deadline)
            try await run.pause(max(plan.offFor, run.profile.power.minimumOffTime), until: deadline)
            recovery = try await watchRecovery(until: deadline)
        } catch {
            try Task.checkCancellation()
            trial.note = "silent, and its power could not be cycled once more: \(Failure(explaining: error).message)"
            return
        }
        guard recovery.brick != .silent else { return }
        facts = await self.facts(of: recovery)
        trial.facts = facts
        trial.verdict = nil
        trial.isAllowed = false
        trial.status = .invalid(.noBanner)
        trial.note = "silent after its power came back, and not after the power was cycled once more"
    }

    /// Before anything else touches the board. What was seen of it counts, whether or not that can be kept.
    private func keepEvidence(_ trial: inout SampledCut, until deadline: MonotonicTime) async {
        do {
            try await evidence.keep(trial, of: run, until: deadline)
        } catch {
            let reason = Failure(explaining: error).message
            trial.note = "its evidence could not be kept: \(reason)"
            run.log.warning("what is left of cut \(trial.cut.number) could not be kept: \(reason)")
        }
    }

    private func watchRecovery(until deadline: MonotonicTime) async throws -> PowerCutRecovery {
        let action = PowerCutAction(
            name: plan.name, run: plan.run, trigger: .init(), alive: plan.alive, whole: plan.whole,
            oldVersion: plan.oldVersion, newVersion: plan.newVersion, prompts: plan.prompts)
        var recovery = PowerCutRecovery(cut: action, run: run)
        let limit = PowerCutRecovery.limit(of: plan.alive)
        try await recovery.watch(until: min(deadline, run.clock.monotonic().advanced(by: limit)))
        return recovery
    }

    private func isAllowed(_ trial: SampledCut) -> Bool {
        guard let verdict = trial.verdict else { return false }
        return plan.policy.allows(verdict, phase: trial.phase, afterSuccess: trial.isAfterSuccess)
    }

    private func facts(of recovery: PowerCutRecovery) async -> TrialFacts {
        let end: TrialFacts.End =
            switch recovery.brick {
            case nil: .alive
            case .bootloaderPrompt: .bootloaderPrompt
            case .loop: .rebootLoop
            case .silent, .panic, .hang: .silence
            }
        return TrialFacts(
            end: end, version: recovery.sign?.version, slot: recovery.sign?.slot, isWhole: recovery.isWhole,
            boots: recovery.boots, sawNewVersion: recovery.sawNewVersion,
            consoleTail: await run.board.console.lastLines(12).map { run.secrets.masked($0.text) },
            seconds: recovery.time?.inSeconds ?? 0)
    }
}
