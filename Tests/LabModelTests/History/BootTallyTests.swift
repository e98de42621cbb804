import LabModel
import Testing

@Suite struct BootTallyTests {
    @Test func aBootIsTimedFromPowerOnToTheShell() {
        var tally = BootTally()
        tally.add(.reset, hasFailed: false, duration: .seconds(9))
        tally.add(.interrupt, hasFailed: false, duration: .seconds(2))
        tally.add(.commands, hasFailed: false, duration: .seconds(3))
        tally.add(.login, hasFailed: false, duration: .seconds(10))
        #expect(tally.boots == 1 && tally.failed == 0)
        #expect(tally.time == .seconds(15))
    }

    @Test func aBootThatFailsAndIsTriedAgainCountsTwice() {
        var tally = BootTally()
        tally.add(.emulator, hasFailed: false, duration: .seconds(1))
        tally.add(.login, hasFailed: true, duration: .seconds(60))
        tally.add(.emulator, hasFailed: false, duration: .seconds(1))
        tally.add(.login, hasFailed: false, duration: .seconds(4))
        #expect(tally.boots == 2 && tally.failed == 1)
        #expect(tally.time == .seconds(4))
    }

    @Test func aSwitchThatFailsIsNoBootThatFailed() {
        var tally = BootTally()
        tally.add(.reset, hasFailed: true, duration: .seconds(30))
        #expect(tally.boots == 0 && tally.failed == 0)
    }

    @Test func aLoginWithoutAPowerOnHasNoBootTime() {
        var tally = BootTally()
        tally.add(.login, hasFailed: false, duration: .seconds(4))
        #expect(tally.boots == 1 && tally.time == nil)
    }
}
