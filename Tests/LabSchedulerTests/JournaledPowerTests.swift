import LabModel
import LabSimulation
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct JournaledPowerTests {
    private let clock = VirtualClock()
    private let journal = JournalSpy()
    private let model: ModelPower
    private let times: SwitchTimes
    private let arrears = Arrears()

    init() {
        model = ModelPower(clock: clock)
        times = SwitchTimes(start: clock.monotonic())
    }

    private func power(over inner: (any PowerControl)? = nil, offTime: Duration = .zero) -> JournaledPower {
        JournaledPower(
            inner ?? NotingPower(model, journal), board: BoardName(rawValue: "b"), job: JobID(rawValue: 1),
            reason: "job 1", facts: PowerFacts(minimumOffTime: offTime), journal: journal, clock: clock,
            times: times, arrears: arrears)
    }

    @Test func whatRecoverySwitchedOffStaysOffLongEnough() {
        let (one, facts) = (BoardName(rawValue: "one"), PowerFacts(minimumOffTime: .seconds(3)))
        func time(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }
        let times = SwitchTimes(start: time(0))
        #expect(times.readiness(of: one, for: facts) == time(3))
        times.noteOff(one, at: time(5))
        times.restart(at: time(10))
        #expect(times.readiness(of: one, for: facts) == time(13))
        times.noteOff(one, at: time(20))
        #expect(times.readiness(of: one, for: facts) == time(23))
    }

    @Test func intentComesFirstAndTheEndLast() async throws {
        try await power().set(.on)
        #expect(journal.notes == ["begin 1 switch on", "switch on", "end 1 on"])
    }

    @Test func aSwitchThatSticksIsAFailureOfTheLab() async {
        model.inject(.sticks)
        let failure = await #expect(throws: Failure.self) { try await power().set(.on) }
        #expect(failure?.type == .infrastructure)
        #expect(journal.notes.last == "end 1 off")
    }

    @Test func aSwitchThatCannotTellIsBelievedAndNotedAsUnknown() async throws {
        model.inject(.mute)
        try await power().set(.on)
        #expect(journal.notes.last == "end 1 unknown")
    }

    @Test func aRefusalLeavesTheStateUnknown() async {
        model.inject(.refuses)
        await #expect(throws: Failure.self) { try await power().set(.off) }
        #expect(journal.notes.last == "end 1 unknown: the power switch refuses")
    }

    @Test func withoutAJournalNothingIsSwitchedOn() async {
        journal.fail(with: Failure(.infrastructure, "disk full"))
        await #expect(throws: Failure.self) { try await power().set(.on) }
        #expect(model.commands.isEmpty)
    }

    @Test func withoutAJournalTheBoardIsStillSwitchedOff() async {
        journal.fail(with: Failure(.infrastructure, "disk full"))
        await #expect(throws: Failure(.infrastructure, "disk full")) { try await power().set(.off) }
        #expect(model.commands.map(\.target) == [.off])
    }

    @Test func aCutIsArmedInTheJournalBeforeItIsPrepared() async throws {
        let power = power()
        try await power.set(.on)
        let cut = try await power.prepareCut()
        #expect(journal.notes.suffix(2) == ["begin 2 armed off", "prepare"])
        _ = cut.fire()
        #expect(journal.notes.last == "prepare", "firing writes nothing")
        #expect(model.truth == .off)
        try await cut.confirm()
        #expect(journal.notes.last == "end 2 off")
    }

    @Test func aCutThatDidNotWorkIsUnknown() async throws {
        let power = power()
        try await power.set(.on)
        let cut = try await power.prepareCut()
        model.inject(.sticks)
        _ = cut.fire()
        await #expect(throws: Failure.self) { try await cut.confirm() }
        #expect(journal.notes.last == "end 2 unknown: the board still has power after the cut")
    }

    @Test func aCutThatNeverFiredEndsWithTheNextSwitch() async throws {
        let power = power()
        try await power.set(.on)
        _ = try await power.prepareCut()
        try await power.set(.off)
        #expect(
            journal.notes.suffix(4) == [
                "begin 3 switch off", "switch off", "end 3 off", "end 2 off: not confirmed; a later switch replaced it",
            ])
    }

    @Test func theBoardStaysOffLongEnough() async throws {
        clock.advance(by: .seconds(100))
        let power = power(offTime: .seconds(5))
        try await power.set(.on)
        try await power.set(.off)
        async let on: Void = power.set(.on)
        await clock.waitForSleepers()
        #expect(model.truth == .off)
        clock.advance(by: .seconds(4))
        #expect(clock.sleepers == 1)
        clock.advance(by: .seconds(1))
        try await on
        #expect(model.commands.map(\.at.nanoseconds) == [100, 100, 105].map { $0 * 1_000_000_000 })
    }

    @Test func aSwitchThatLiesDoesNotShortenTheOffTime() async throws {
        clock.advance(by: .seconds(100))
        let power = power(offTime: .seconds(5))
        try await power.set(.on)
        model.inject(.lies)
        await #expect(throws: Failure.self) { try await power.set(.off) }
        let on = Task { try await power.set(.on) }
        await clock.waitForSleepers()
        clock.advanceToEarliestSleeper()
        await #expect(throws: Failure.self) { try await on.value }
        #expect(clock.monotonic() == MonotonicTime(nanoseconds: 105_000_000_000))
    }

    @Test func anotherLeaseHasToWaitAsWell() async throws {
        clock.advance(by: .seconds(100))
        let first = power(offTime: .seconds(5))
        try await first.set(.on)
        try await first.set(.off)
        clock.advance(by: .seconds(2))
        let second = power(offTime: .seconds(5))
        // The board was off already, so this one does not begin a new off time.
        try await second.set(.off)
        async let on: Void = second.set(.on)
        await clock.waitForSleepers()
        clock.advanceToEarliestSleeper()
        try await on
        #expect(clock.monotonic() == MonotonicTime(nanoseconds: 105_000_000_000))
    }

    @Test func cancellationEndsTheWaitWithoutAnIntent() async throws {
        let power = power(offTime: .seconds(5))
        await withTaskGroup(of: Failure?.self) { group in
            group.addTask {
                do throws(Failure) {
                    try await power.set(.on)
                    return nil
                } catch {
                    return error
                }
            }
            await clock.waitForSleepers()
            group.cancelAll()
            for await failure in group { #expect(failure?.type == .canceled) }
        }
        #expect(journal.notes.isEmpty)
    }

    @Test func aSwitchWhoseLeaseIsOverDoesNothing() async throws {
        let power = power()
        power.revoke()
        let failure = await #expect(throws: Failure.self) { try await power.set(.on) }
        #expect(failure?.type == .bug)
        await #expect(throws: Failure.self) { _ = try await power.prepareCut() }
        #expect(journal.notes.isEmpty && model.commands.isEmpty)
    }

    @Test func aRelayIsSparedByTheHour() async throws {
        let facts = PowerFacts(hourlySwitchOns: 2)
        let board = BoardName(rawValue: "b")
        let start = clock.monotonic()
        #expect(times.readiness(of: board, for: facts) == start)
        for minute in 0..<2 {
            times.noteOn(board, at: start.advanced(by: .seconds(60 * minute)))
        }
        #expect(times.readiness(of: board, for: facts) == start.advanced(by: .seconds(3600)))
        #expect(times.readiness(of: BoardName(rawValue: "other"), for: facts) == start)
        #expect(times.readiness(of: board, for: PowerFacts()) == start)
        times.noteOn(board, at: start.advanced(by: .seconds(3600)))
        #expect(times.readiness(of: board, for: facts) == start.advanced(by: .seconds(3660)))
    }

    @Test func preparingAndRestingAreJournalled() async throws {
        let board = ModelBoard("b", clock: clock, power: model)
        let journaled = JournaledBoard(
            board, job: JobID(rawValue: 1), reason: "job 1", journal: journal, clock: clock, times: times,
            arrears: arrears)
        let profile = DeviceProfile(
            type: DeviceTypeName(rawValue: "model"), power: PowerFacts(minimumOffTime: .seconds(3)))
        try await journaled.prepare(BoardPreparation(job: JobID(rawValue: 1), profile: profile, workspace: "/nowhere"))
        async let on: Void = journaled.power.set(.on)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(3))
        try await on
        #expect(!journaled.isAtRest)
        try await journaled.rest()
        #expect(journaled.isAtRest)
        #expect(
            journal.notes == [
                "begin 1 switch off", "end 1 off", "begin 2 switch on", "end 2 on", "begin 3 switch off", "end 3 off",
            ])
        #expect(model.truth == .off)
    }
}

/// Notes in the journal's own list when the switch itself is touched.
private struct NotingPower: PowerControl {
    let inner: ModelPower
    let journal: JournalSpy

    init(_ inner: ModelPower, _ journal: JournalSpy) {
        self.inner = inner
        self.journal = journal
    }

    var ownerDeath: OwnerDeath { inner.ownerDeath }

    func set(_ target: PowerTarget) async throws(Failure) {
        journal.note("switch \(target)")
        try await inner.set(target)
    }

    func observed() async -> PowerState { await inner.observed() }

    func prepareCut() async throws(Failure) -> any PreparedCut {
        journal.note("prepare")
        return try await inner.prepareCut()
    }
}
