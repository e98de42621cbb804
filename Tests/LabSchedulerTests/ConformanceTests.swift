import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct ConformanceTests {
    private let clock = VirtualClock(autoAdvances: true)

    @Test func theSQLiteStoreIsAStore() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/labd.db", clock: clock)
        #expect(await StoreConformance.violations(of: store) == [])
    }

    @Test func theSQLiteStoreIsABookOfLeases() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/labd.db", clock: clock)
        #expect(await LeaseBookConformance.violations(of: store) == [])
    }

    @Test func theModelIsAPowerSwitch() async {
        let violations = await PowerControlConformance.violations(of: ModelPower(clock: clock), clock: clock)
        #expect(violations == [])
    }

    @Test func theJournalledSwitchIsAPowerSwitch() async {
        let power = JournaledPower(
            ModelPower(clock: clock), board: BoardName(rawValue: "b"), job: nil, reason: "test",
            facts: PowerFacts(minimumOffTime: .seconds(2)), journal: JournalSpy(), clock: clock,
            times: SwitchTimes(start: clock.monotonic()), arrears: Arrears())
        #expect(await PowerControlConformance.violations(of: power, clock: clock) == [])
    }

    @Test(arguments: [ModelPower.Fault.sticks, .lies, .refuses])
    func aBrokenSwitchIsFound(fault: ModelPower.Fault) async {
        let power = ModelPower(clock: clock)
        power.inject(fault)
        #expect(await !PowerControlConformance.violations(of: power, clock: clock).isEmpty)
    }
}
