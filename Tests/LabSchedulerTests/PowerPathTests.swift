import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

/// A board that prints three more lines after its cut.
@Suite(.timeLimit(.minutes(5))) struct PowerPathTests {
    @Test func medianAndSpreadAreThoseOfTheTellingCuts() {
        let samples = [0, 20, 0, 22, 21, 19, 90].map { Duration.milliseconds($0) }
        let path = PowerPath(samples: samples, at: WallTime(nanoseconds: 5))
        #expect(path?.delay == .milliseconds(21))
        #expect(path?.cuts == 5)
        #expect(path?.silentCuts == 2)
        #expect(path?.longest == .milliseconds(90))
        #expect(path?.shortest == .milliseconds(19))
        // 1.4826 ms: the cut that took 90 ms does not spoil it.
        #expect(abs((path?.jitter.inSeconds ?? 0) - 0.0014826) < 1e-8)
        #expect(PowerPath(samples: [.zero, .zero], at: WallTime(nanoseconds: 5)) == nil)
        #expect(PowerPath(samples: [], at: WallTime(nanoseconds: 5)) == nil)
    }

    @Test func aBoardIsMeasuredAndRemembered() async throws {
        let lab = try await Lab()
        let one = BoardName(rawValue: "one")
        #expect(try await lab.store.powerPath(of: one) == nil)
        let path = PowerPath(delay: .milliseconds(12), jitter: .milliseconds(1), cuts: 20)
        try await lab.store.setPowerPath(path, of: one)
        #expect(try await lab.store.powerPath(of: one) == path)
        await #expect(throws: Failure.self) {
            try await lab.store.setPowerPath(path, of: BoardName(rawValue: "nobody"))
        }
    }

    @Test func aCutIsTimedByTheLastByte() async throws {
        let clock = SystemLabClock()
        let power = ModelPower(clock: clock)
        let console = ScriptedConsole(clock: clock)
        let board = ModelBoard("one", clock: clock, power: power, console: console)
        let store = try await Lab().store
        power.onSwitch = { target in
            // The last line comes after the cut, as from a supply that holds up.
            if target == .on { console.print("U-Boot 2023.01\n") } else { console.print("still here\n") }
        }
        let journaled = JournaledPower(
            power, board: board.name, job: nil, reason: "measured", journal: store, clock: clock,
            times: SwitchTimes(start: clock.monotonic()), arrears: Arrears())
        let path = try await PowerPathMeasurement(
            request: PowerMeasurement(times: 2), board: board, power: journaled, clock: clock
        ).run()
        #expect(path.cuts == 2)
        #expect(path.delay > .zero)
        #expect(path.delay < .milliseconds(400))
        #expect(power.truth == .off)
        #expect(power.commands.count(where: \.isCut) == 2)
    }
}
