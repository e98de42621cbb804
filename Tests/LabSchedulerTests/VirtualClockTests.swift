import LabModel
import LabSimulation
import Testing

@Suite(.timeLimit(.minutes(5))) struct VirtualClockTests {
    @Test func standsStillUntilItIsMoved() async throws {
        let clock = VirtualClock()
        async let sleep: Void = clock.sleep(for: .seconds(10))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(9))
        #expect(clock.sleepers == 1)
        clock.advance(by: .seconds(1))
        try await sleep
        #expect(clock.monotonic().nanoseconds == 10_000_000_000)
    }

    @Test func theEarliestSleeperWakesFirst() async throws {
        let clock = VirtualClock()
        async let late: Void = clock.sleep(for: .seconds(10))
        async let early: Void = clock.sleep(for: .seconds(3))
        await clock.waitForSleepers(2)
        let isMoved = clock.advanceToEarliestSleeper()
        #expect(isMoved)
        try await early
        #expect(clock.sleepers == 1)
        clock.advanceToEarliestSleeper()
        try await late
        #expect(!clock.advanceToEarliestSleeper())
        #expect(clock.monotonic().nanoseconds == 10_000_000_000)
    }

    @Test func aCancelledSleepThrows() async {
        let clock = VirtualClock()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await (try? clock.sleep(for: .seconds(1))) == nil }
            group.cancelAll()
            for await isCancelled in group { #expect(isCancelled) }
        }
        #expect(clock.sleepers == 0)
    }

    @Test func autoAdvanceSleepsInNoTime() async throws {
        let clock = VirtualClock(autoAdvances: true)
        try await clock.sleep(for: .seconds(3600))
        #expect(clock.wall() > VirtualClock().wall())
        #expect(clock.monotonic().nanoseconds == 3_600_000_000_000)
    }
}
