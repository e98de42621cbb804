import LabModel
import Synchronization

/// Starts the update at the shell of the booted board and follows it to its end, or to the cut.
struct UpdateRun {
    let plan: PowerCutSampling
    let run: RunContext

    /// How it went.
    struct Course: Sendable {
        /// When the command's newline was typed.
        var began: MonotonicTime
        /// When the update was over, its time to settle included; nil when a cut ended it.
        var ended: MonotonicTime?
    }

    /// A cut that was fired, told from the reading thread to the run.
    final class Shot: Sendable {
        struct Fired: Sendable {
            var due: MonotonicTime
            var commanded: MonotonicTime
        }

        private let state = Mutex<Result<Fired, Failure>?>(nil)
        private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))

        var fired: Fired? { state.withLock { try? $0?.get() } }

        /// Why it can never be fired.
        var failure: Failure? {
            guard case .failure(let failure) = state.withLock({ $0 }) else { return nil }
            return failure
        }

        func happened(_ result: Result<Fired, Failure>) {
            state.withLock { $0 = result }
            wake.finish()
        }

        /// Returns when it has happened, or when the task is cancelled.
        func wait() async {
            for await _ in wakes {}
        }
    }

    /// How long a board's echo of a typed line is waited for; not every shell echoes.
    private static let echoPatience = Duration.seconds(3)
    /// A power loss that nobody ordered is told within this time.
    private static let grace = Duration.milliseconds(200)

    /// Types the command without its newline, so that its echo is over before anything counts.
    ///
    /// - Returns: where the update's output begins.
    func type(until deadline: MonotonicTime) async throws -> ConsoleOffset {
        run.log.input(plan.run)
        try await run.board.console.send(plan.run, pacing: run.profile.characterDelays.test)
        let limit = min(deadline, run.clock.monotonic().advanced(by: Self.echoPatience))
        let tail = ConsolePattern.literal(String(plan.run.suffix(16)))
        if let echo = try? await run.board.console.expect([tail], from: run.cursor, until: limit) { return echo.end }
        return await run.board.console.end()
    }

    /// Lets the typed command go without a cut.
    func follow(from start: ConsoleOffset, until deadline: MonotonicTime) async throws -> Course {
        run.cursor = start
        let began = run.clock.monotonic()
        try await run.board.console.send("\n", pacing: .zero)
        let dialogue = dialogue
        let ended = try await run.whilePowered { try await dialogue.follow(from: start, until: deadline) }
        return Course(began: began, ended: ended)
    }

    /// Lets the typed command go with a cut that waits for its moment.
    ///
    /// - Returns: once the shot was fired, or the update was over without it.
    func follow(
        from start: ConsoleOffset, aim: CutAim, cut: any PreparedCut, shot: Shot, until deadline: MonotonicTime
    ) async throws -> Course {
        run.cursor = start
        let trigger = aim.trigger(of: plan)
        var began = run.clock.monotonic()
        if trigger.pattern == nil { try await run.board.console.send("\n", pacing: .zero) }
        let armament = try await run.board.console.arm(
            trigger, from: start, onFailure: { shot.happened(.failure($0)) },
            action: { firing in
                // Between match and switch: no I/O of ours, no hop.
                let commanded = cut.fire()
                shot.happened(.success(Shot.Fired(due: firing.due, commanded: commanded)))
            })
        do {
            if trigger.pattern != nil {
                began = run.clock.monotonic()
                try await run.board.console.send("\n", pacing: .zero)
            }
            let ended = try await ending(of: shot, from: start, until: deadline)
            await armament.disarm()
            return Course(began: began, ended: shot.fired == nil ? ended : nil)
        } catch {
            await armament.disarm()
            guard shot.fired != nil else { throw error }
            // Fired in the last moment: whatever else went wrong is a consequence.
            return Course(began: began, ended: nil)
        }
    }

    private func ending(
        of shot: Shot, from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> MonotonicTime? {
        let (dialogue, power, clock, name) = (dialogue, run.board.power, run.clock, run.board.name)
        return try await withThrowingTaskGroup(of: MonotonicTime?.self) { group in
            group.addTask {
                await shot.wait()
                return nil
            }
            group.addTask { try await dialogue.follow(from: start, until: deadline) }
            group.addTask {
                // The shot itself takes the power away too, and is told at once.
                let reason = try await power.powerLoss()
                try await clock.sleep(for: Self.grace)
                if shot.fired == nil { throw Failure(lostPower: name, reason) }
                return nil
            }
            defer { group.cancelAll() }
            let first = try await group.next()
            try Task.checkCancellation()
            return first ?? nil
        }
    }

    private var dialogue: UpdateDialogue {
        UpdateDialogue(
            console: run.board.console, clock: run.clock, prompts: run.promptPatterns, until: plan.until,
            pacing: run.profile.characterDelays.test)
    }
}

/// What is said between the command's newline and the end of the update.
struct UpdateDialogue: Sendable {
    let console: any Console
    let clock: any LabClock
    let prompts: [ConsolePattern]
    let until: PowerCutExploration.End
    let pacing: Duration

    /// - Returns: when the update was over and had its time to settle.
    /// - Throws: `ConsoleTimeout` when it was not over before `deadline`.
    func follow(from start: ConsoleOffset, until deadline: MonotonicTime) async throws -> MonotonicTime {
        var place = start
        if let marker = until.marker {
            place = try await console.expect([ConsolePattern(marker)], from: place, until: deadline).end
        }
        if until.marker == nil || until.then != nil {
            place = try await console.expect(prompts, from: place, until: deadline).end
        }
        if let then = until.then {
            try await console.send(then + "\n", pacing: pacing)
            _ = try await console.expect(prompts, from: place, until: deadline)
        }
        try await clock.sleep(for: until.settle)
        return clock.monotonic()
    }
}
