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
        var recovery = PowerCutRecovery(cut: cut, run: context, patience: Self.patience)
        var after = Afterwards()
        var failure: String?
        do {
            try await twin.insert(disk)
            try await recovery.watch(until: begin.advanced(by: limit))
            if recovery.brick == nil, context.hasShell { try await ask(&after, recovery, in: context) }
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
        facts.confirmedVersion = after.confirmedVersion
        facts.isHealed = after.isHealed
        facts.healBegan = after.healBegan
        facts.seconds = clock.monotonic().duration(since: begin).inSeconds
        facts.consoleTail = await twin.console.lastLines(12).map(\.text)
        // What the update said comes before what the board did afterwards.
        if after.isHealed == false { facts.consoleTail = after.healLines + facts.consoleTail.suffix(4) }
        return facts
    }

    /// What is asked of a board that came back, beside what every cut asks.
    private struct Afterwards {
        var confirmedVersion: String?
        var isHealed: Bool?
        var healBegan: MonotonicTime?
        /// The console's last lines when the update was over.
        var healLines: [String] = []
    }

    /// How often a twin that still speaks when its time is up gets half as much again: this host has other work too.
    private static let patience = 4

    /// How long an update that is tried again may take.
    private static let healLimit = Duration.seconds(600)

    private var limit: Duration { PowerCutRecovery.limit(of: exploration.alive, patience: Self.patience) }

    private func ask(_ after: inout Afterwards, _ recovery: PowerCutRecovery, in context: RunContext) async throws {
        if let question = exploration.confirmed {
            after.confirmedVersion = try await answer(to: question, in: context)
        }
        guard let heal = exploration.heal, recovery.isWhole != false, context.hasShell else { return }
        after.healBegan = context.clock.monotonic()
        after.isHealed = try await isHealed(by: heal, &after.healLines, in: context)
    }

    /// - Returns: nil when the command's output does not say.
    private func answer(to question: PowerCutExploration.Question, in context: RunContext) async throws -> String? {
        let deadline = context.clock.monotonic().advanced(by: PowerCutRecovery.questionLimit)
        do {
            try await context.sendLine(
                "\(question.run); echo \"LABD-STATUS=$?.\"", pacing: context.profile.characterDelays.test)
            let end = ConsolePattern(#"LABD-STATUS=[0-9]{1,3}\."#)
            var match = try await context.expect([ConsolePattern(question.answer), end], until: deadline)
            let version = match.pattern == 0 ? match.groups["version"] ?? match.groups["1"] : nil
            if match.pattern == 0 { match = try await context.expect([end], until: deadline) }
            try await context.expectPrompt(until: deadline)
            return version
        } catch is ConsoleTimeout {
            context.hasShell = false
            return nil
        }
    }

    /// Runs the update again, starts the board once more, and looks whether the new version runs.
    private func isHealed(
        by command: String, _ lines: inout [String], in context: RunContext
    ) async throws -> Bool {
        let deadline = context.clock.monotonic().advanced(by: Self.healLimit)
        let pacing = context.profile.characterDelays.test
        do {
            let start = context.cursor
            try await context.sendLine(command, pacing: pacing)
            let dialogue = UpdateDialogue(
                console: context.board.console, clock: context.clock, prompts: context.promptPatterns,
                until: exploration.until, pacing: pacing)
            _ = try await context.whilePowered { try await dialogue.follow(from: start, until: deadline) }
            lines = await twin.console.lastLines(8).map(\.text)
            try await context.switchPower(.off, until: deadline)
            var again = PowerCutRecovery(cut: cut, run: context, patience: Self.patience)
            try await again.watch(until: context.clock.monotonic().advanced(by: limit))
            return again.brick == nil && again.sign?.version == exploration.newVersion && again.isWhole != false
        } catch is ConsoleTimeout {
            if lines.isEmpty { lines = await twin.console.lastLines(8).map(\.text) }
            return false
        }
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
