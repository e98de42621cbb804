import LabModel

/// What a twin's conversations need of the run they belong to.
struct TwinSetup: Sendable {
    var plan: JobPlan
    var lease: Lease
    var profile: DeviceProfile
    var services: EngineServices
    var workspace: String
    var prompts: [String]

    /// A context of its own: cursor and shell belong to one boot of one twin.
    func context(for twin: any TwinBoard, log: RunLog) -> RunContext {
        let context = RunContext(
            plan: plan, lease: lease, board: twin, profile: profile, services: services, log: log,
            workspace: workspace, findings: FindingsLog())
        context.prompts = prompts
        return context
    }
}

/// One boot of a crash state on a twin: power on, watch, ask, power off.
struct TwinTrial: CrashTrial {
    let twin: any TwinBoard
    let setup: TwinSetup
    let exploration: PowerCutExploration

    func boot(_ disk: NetworkDisk) async throws -> TrialFacts {
        let clock = setup.services.clock
        let begin = clock.monotonic()
        let context = setup.context(for: twin, log: RunLog(log: SilentLog(), clock: clock))
        var recovery = PowerCutRecovery(cut: cut, run: context)
        var failure: String?
        do {
            try await twin.insert(disk)
            try await recovery.watch(until: begin.advanced(by: limit))
        } catch is CancellationError {
            try? await twin.power.set(.off)
            throw CancellationError()
        } catch is ConsoleTimeout {
            failure = "the trial's time was up"
        } catch {
            failure = Failure(explaining: error).message
        }
        do {
            try await twin.power.set(.off)
        } catch {
            failure = failure ?? error.message
        }
        var facts = facts(of: recovery, failure: failure)
        facts.seconds = clock.monotonic().duration(since: begin).inSeconds
        facts.consoleTail = await twin.console.lastLines(12).map(\.text)
        return facts
    }

    /// Every boot its own time, and the question after them.
    private var limit: Duration {
        exploration.alive.within * exploration.alive.maxBoots + PowerCutRecovery.questionLimit
    }

    /// The same watch as after a cut of a real board's power.
    private var cut: PowerCutAction {
        PowerCutAction(
            name: exploration.name, run: exploration.run, trigger: .init(), alive: exploration.alive,
            whole: exploration.whole, oldVersion: exploration.oldVersion, newVersion: exploration.newVersion)
    }

    private func facts(of recovery: PowerCutRecovery, failure: String?) -> TrialFacts {
        guard failure == nil, recovery.isDecided else {
            return TrialFacts(end: .infrastructure, boots: recovery.boots)
        }
        let end: TrialFacts.End =
            switch recovery.brick {
            case nil: .alive
            case .bootloaderPrompt: .bootloaderPrompt
            case .loop: .rebootLoop
            case .silent, .panic, .hang: .silence
            }
        return TrialFacts(
            end: end, version: recovery.sign?.version, slot: recovery.sign?.slot, isWhole: recovery.isWhole,
            boots: recovery.boots, sawNewVersion: recovery.sawNewVersion)
    }
}

/// A boot of a crash state is not the job's conversation.
private struct SilentLog: JobLog {
    func append(_ entries: [LogEntry]) {}
    func flush() async {}
}
