import LabModel
import Synchronization

/// Measures how a board's power goes away: switch on, wait until it prints, cut, and see when its last byte came.
struct PowerPathMeasurement {
    let request: PowerMeasurement
    let board: any Board
    /// Journalled.
    let power: JournaledPower
    let clock: any LabClock

    /// A console that prints nothing for so long is silent.
    static let quiet = Duration.milliseconds(500)
    /// A board that still prints so long after its cut has power.
    static let longestPath = Duration.seconds(10)
    /// A board has to print, or to show its prompt, within this time.
    static let bootLimit = Duration.seconds(180)
    /// Cuts while a command prints are spread over this time, so that they do not keep step with it.
    private static let scatter = Duration.milliseconds(200)

    /// The shot of one cut, told from the console's reading thread.
    private final class Shot: Sendable {
        private let state = Mutex<MonotonicTime?>(nil)
        private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))

        var commanded: MonotonicTime? { state.withLock { $0 } }

        func fired(_ time: MonotonicTime) {
            state.withLock { $0 = $0 ?? time }
            wake.finish()
        }

        func wait() async {
            for await _ in wakes {}
        }
    }

    /// Leaves the board off.
    ///
    /// - Throws: `infrastructure` when the board prints nothing, does not stop printing, or its switch fails; `canceled`.
    func run() async throws(Failure) -> PowerPath {
        var samples: [Duration] = []
        var chance = SplitMix64(seed: 1)
        var failure: Failure?
        do {
            for _ in 0..<request.times {
                samples.append(
                    try await once(after: request.run == nil ? .zero : chance.duration(in: .zero...Self.scatter)))
            }
        } catch {
            failure = Self.explained(error, board.name)
        }
        do {
            try await power.set(.off)
        } catch {
            failure = failure ?? error
        }
        if let failure { throw failure }
        guard let path = PowerPath(samples: samples, at: clock.wall()) else {
            throw Failure(
                .infrastructure, "the board printed nothing after any of \(samples.count) cuts: nothing was measured",
                at: board.name.rawValue,
                advice: "let it print while it is cut: --prompt '# ' --run 'while :; do echo .; done'")
        }
        return path
    }

    /// One cut: from the command to the last byte.
    private func once(after delay: Duration) async throws -> Duration {
        var start = await board.console.end()
        try await power.set(.on)
        let limit = clock.monotonic().advanced(by: Self.bootLimit)
        if let run = request.run {
            let prompt = ConsolePattern(request.prompt ?? #"[#$] $"#)
            _ = try await board.console.expect([prompt], from: start, until: limit)
            start = await board.console.end()
            try await board.console.send(run + "\n", pacing: .zero)
        }
        let cut = try await power.prepareCut()
        let shot = Shot()
        // While a command prints, the echo of the command is the first line.
        let lines = request.run == nil ? 1 : 3
        let trigger = ConsoleTrigger(pattern: ConsolePattern("(?:[^\n]*\n){\(lines)}"), delay: delay)
        do {
            let armament = try await board.console.arm(trigger, from: start) { _ in shot.fired(cut.fire()) }
            try await fire(shot, armament, until: limit)
        } catch {
            if shot.commanded == nil { try await cut.abandon() } else { try await cut.confirm() }
            throw error
        }
        guard let commanded = shot.commanded else {
            try await cut.abandon()
            throw Failure(
                .infrastructure, "the board printed no line within \(Int(Self.bootLimit.inSeconds)) s after power-on",
                at: board.name.rawValue)
        }
        try await cut.confirm()
        return try await silence(after: commanded)
    }

    /// Returns when the shot has happened, or its time is up.
    private func fire(_ shot: Shot, _ armament: any ConsoleArmament, until limit: MonotonicTime) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { [clock] group in
                group.addTask { await shot.wait() }
                group.addTask { try await clock.sleep(until: limit) }
                defer { group.cancelAll() }
                try await group.next()
            }
            try Task.checkCancellation()
        } catch {
            await armament.disarm()
            throw error
        }
        await armament.disarm()
    }

    /// Waits until the console is silent.
    private func silence(after commanded: MonotonicTime) async throws -> Duration {
        while true {
            let last = max(await board.console.lastActivity() ?? commanded, commanded)
            let now = clock.monotonic()
            if now.duration(since: last) >= Self.quiet { return last.duration(since: commanded) }
            guard now.duration(since: commanded) < Self.longestPath else {
                throw Failure(
                    .infrastructure,
                    "the board still prints \(Int(Self.longestPath.inSeconds)) s after its power was cut",
                    at: board.name.rawValue, advice: "check the power switch and its wiring, and what feeds it back")
            }
            try await clock.sleep(for: Self.quiet / 10)
        }
    }

    private static func explained(_ error: any Error, _ board: BoardName) -> Failure {
        switch error {
        case let failure as Failure: failure
        case is CancellationError: Failure(.canceled, "the measurement was canceled", at: board.rawValue)
        case is ConsoleTimeout:
            Failure(
                .infrastructure, "the board did not show its prompt within \(Int(bootLimit.inSeconds)) s",
                at: board.rawValue)
        default: Failure(.bug, "unexpected error: \(error)", at: board.rawValue)
        }
    }
}
