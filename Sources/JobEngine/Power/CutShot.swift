import LabModel
import Synchronization

/// The cut itself: armed and journalled beforehand, fired on the console's reading thread.
struct CutShot {
    let cut: PowerCutAction
    let run: RunContext

    struct Result {
        /// From the moment the trigger was met to the command at the switch.
        var commandLatency: Duration
        /// From the command to the last byte on the console.
        var silenceLatency: Duration
        var triggerLine: String?
    }

    /// Whether it was fired, told from the reading thread to the run.
    private final class Shot: Sendable {
        struct Fired: Sendable {
            var firing: TriggerFiring
            var commanded: MonotonicTime
        }

        private let state = Mutex<Swift.Result<Fired, Failure>?>(nil)
        private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))

        var fired: Fired? { state.withLock { try? $0?.get() } }

        /// Why it can never be fired.
        var failure: Failure? {
            guard case .failure(let failure) = state.withLock({ $0 }) else { return nil }
            return failure
        }

        func happened(_ result: Swift.Result<Fired, Failure>) {
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
    /// A shot that was due is told within this time.
    private static let grace = Duration.milliseconds(200)

    /// - Throws: `test` when the trigger was not met; the power is then untouched.
    func fire(until deadline: MonotonicTime) async throws -> Result {
        let prepared = try await run.board.power.prepareCut()
        let shot = Shot()
        do {
            try await aim(prepared, shot, until: deadline)
        } catch {
            // Fired after all, in the last moment: then the power is off, whatever else went wrong.
            guard let fired = shot.fired else {
                try await prepared.abandon()
                throw error
            }
            try await prepared.confirm()
            return await result(fired)
        }
        guard let fired = shot.fired else {
            try await prepared.abandon()
            throw shot.failure ?? notMet
        }
        try await prepared.confirm()
        return await result(fired)
    }

    /// Types the command and waits until the shot has happened or cannot happen any more.
    private func aim(_ prepared: any PreparedCut, _ shot: Shot, until deadline: MonotonicTime) async throws {
        // Typed without its newline first: the echo names what the command will print, and must not trigger anything.
        run.log.input(cut.run)
        try await run.board.console.send(cut.run, pacing: run.profile.characterDelays.test)
        let start = await endOfEcho(until: deadline)
        run.cursor = start
        let trigger = ConsoleTrigger(pattern: cut.trigger.marker.map { ConsolePattern($0) }, delay: cut.trigger.delay)
        run.log.info("armed: power goes \(cut.trigger.text)")
        if trigger.pattern == nil { try await run.board.console.send("\n", pacing: .zero) }
        let armament = try await run.board.console.arm(
            trigger, from: start, onFailure: { shot.happened(.failure($0)) },
            action: { firing in
                // Between match and switch: no I/O of ours, no hop.
                let commanded = prepared.fire()
                shot.happened(.success(Shot.Fired(firing: firing, commanded: commanded)))
            })
        do {
            if trigger.pattern != nil { try await run.board.console.send("\n", pacing: .zero) }
            try await wait(for: shot, from: start, until: deadline)
        } catch {
            await armament.disarm()
            throw error
        }
        await armament.disarm()
    }

    /// Where the echo of the typed command ends. Its last characters are enough: line editors break long lines.
    private func endOfEcho(until deadline: MonotonicTime) async -> ConsoleOffset {
        let limit = min(deadline, run.clock.monotonic().advanced(by: Self.echoPatience))
        let tail = ConsolePattern.literal(String(cut.run.suffix(16)))
        if let echo = try? await run.board.console.expect([tail], from: run.cursor, until: limit) { return echo.end }
        return await run.board.console.end()
    }

    /// Waits for the shot. A shell prompt means that the command has ended; then only a delay that runs can bring it.
    private func wait(for shot: Shot, from start: ConsoleOffset, until deadline: MonotonicTime) async throws {
        let (console, clock, prompts, delay) = (run.board.console, run.clock, run.promptPatterns, cut.trigger.delay)
        let (power, name) = (run.board.power, run.board.name)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await shot.wait() }
            group.addTask {
                do {
                    _ = try await console.expect(prompts, from: start, until: deadline)
                    let last = clock.monotonic().advanced(by: delay + Self.grace)
                    try await clock.sleep(until: min(last, deadline))
                } catch is ConsoleTimeout {
                    // The step's time is up: the caller tells what did not come.
                }
            }
            group.addTask {
                // The shot itself takes the power away too, and is told at once.
                let reason = try await power.powerLoss()
                try await clock.sleep(for: Self.grace)
                if shot.fired == nil { throw Failure(lostPower: name, reason) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private var notMet: Failure {
        let wanted = cut.trigger.marker.map { "'\($0)' did not come" } ?? "the delay had not passed"
        return Failure(
            .test, "the power was not cut: \(wanted) before the command ended or the step's time was up",
            advice: "check `trigger` against what '\(cut.run)' prints, and the block's `timeout`")
    }

    private func result(_ fired: Shot.Fired) async -> Result {
        let latency = fired.commanded.duration(since: fired.firing.due)
        let last = await run.board.console.lastActivity()
        let silence = last.map { max($0.duration(since: fired.commanded), .zero) } ?? .zero
        let line = fired.firing.match?.line
        run.log.info(
            "power cut" + (line.map { " at '\($0)'" } ?? "")
                + ", command \(latency.milliText) after the trigger, last byte \(silence.milliText) after the command")
        return Result(commandLatency: latency, silenceLatency: silence, triggerLine: line)
    }
}

extension PowerCutAction.Trigger {
    /// For the log: `at 'copied 50', 200 ms later`.
    fileprivate var text: String {
        guard let marker else { return "\(delay.milliText) after the command" }
        return delay == .zero ? "at '\(marker)'" : "\(delay.milliText) after '\(marker)'"
    }
}

extension Duration {
    /// `1.25 ms`.
    var milliText: String {
        let hundredths = (inSeconds * 100_000).rounded() / 100
        return hundredths == hundredths.rounded() ? "\(Int64(hundredths)) ms" : "\(hundredths) ms"
    }
}
