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

    private struct Fired: Sendable {
        var firing: TriggerFiring
        var commanded: MonotonicTime
    }

    func fire(until deadline: MonotonicTime) async throws -> Result {
        let prepared = try await run.board.power.prepareCut()
        let (shots, continuation) = AsyncStream<Fired>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let trigger = ConsoleTrigger(pattern: cut.trigger.marker.map { ConsolePattern($0) }, delay: cut.trigger.delay)
        let armament = try await run.board.console.arm(trigger, from: run.cursor) { firing in
            // Between match and switch: no I/O of ours, no hop.
            let commanded = prepared.fire()
            continuation.yield(Fired(firing: firing, commanded: commanded))
            continuation.finish()
        }
        run.log.info("armed: power goes \(cut.trigger.text)")
        do {
            try await run.sendLine(cut.run, pacing: run.profile.characterDelays.test)
            let fired = try await wait(for: shots, until: deadline)
            await armament.disarm()
            try await prepared.confirm()
            return await result(fired)
        } catch {
            await armament.disarm()
            continuation.finish()
            throw error
        }
    }

    /// Waits for the shot; a shell prompt before it means that the command ended and the moment never came.
    private func wait(for shots: AsyncStream<Fired>, until deadline: MonotonicTime) async throws -> Fired {
        let (console, clock, prompts, start) = (run.board.console, run.clock, run.promptPatterns, run.cursor)
        // The echo of the typed line comes before anything the command prints, and the old prompt before both.
        let echo = ConsolePattern.literal(cut.run)
        let isTimed = cut.trigger.marker == nil
        return try await withThrowingTaskGroup(of: Fired?.self) { group in
            group.addTask {
                for await fired in shots { return fired }
                return nil
            }
            group.addTask {
                let typed = try await console.expect([echo], from: start, until: deadline)
                _ = try await console.expect(prompts, from: typed.end, until: deadline)
                // A cut by time alone may well come after the command has ended.
                if isTimed { try await clock.sleep(until: deadline) }
                // The marker may have been in the very last output: give the shot a moment to be told.
                try await clock.sleep(for: .milliseconds(200))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let fired = first else {
                throw Failure(
                    .test, "the command ended before the power could be cut: the trigger was never met",
                    advice: "check `trigger.marker` against what '\(cut.run)' prints")
            }
            return fired
        }
    }

    private func result(_ fired: Fired) async -> Result {
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
