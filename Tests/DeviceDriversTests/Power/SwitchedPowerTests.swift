import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import DeviceDrivers

@Suite(.timeLimit(.minutes(5))) struct SwitchedPowerTests {
    private let model: ModelSwitch
    private let console: ScriptedConsole
    private let clock = SystemLabClock()

    /// A board that speaks while it has power, and not otherwise.
    init() {
        console = ScriptedConsole(clock: SystemLabClock())
        model = ModelSwitch()
    }

    private func power(
        _ device: SwitchDevice? = nil, plan: PowerEvidencePlan? = nil, isInverted: Bool = false
    ) throws -> SwitchedPower {
        var standard = PowerEvidencePlan()
        standard.silence = .milliseconds(20)
        // However long a busy machine takes from the board's word to the switch.
        standard.consoleMemory = .seconds(600)
        let rail = PowerRail(device: try device ?? model.device(), channel: 1, isInverted: isInverted)
        return SwitchedPower(
            board: BoardName(rawValue: "b"), rails: [rail], plan: plan ?? standard, console: console,
            tree: SysfsUSB(root: "/nonexistent"), stagger: PowerOnStagger(gap: .zero, clock: clock), clock: clock)
    }

    @Test(arguments: [ReadBack.hardware, .memory, .none])
    func keepsThePromisesOfEverySwitch(_ readBack: ReadBack) async throws {
        let power = try power(model.device(readBack: readBack))
        #expect(await PowerControlConformance.violations(of: power, clock: clock) == [])
        #expect(!model.isClosed(1))
    }

    @Test func aNormallyClosedContactIsSwitchedTheOtherWay() async throws {
        let power = try power(isInverted: true)
        try await power.set(.off)
        #expect(model.isClosed(1))
        #expect(await power.observed() == .off)
        try await power.set(.on)
        #expect(!model.isClosed(1))
        #expect(await power.observed() == .on)
    }

    @Test func withoutAnyEvidenceTheStateIsUnknown() async throws {
        let power = try power(model.device(readBack: .none))
        try await power.set(.on)
        #expect(await power.observed() == .unknown)
        #expect(await power.report()?.verified == .unknown)
        #expect(await power.report()?.desired == .on)
    }

    @Test func aStuckRelayIsToldAgainAndThenNamed() async throws {
        let power = try power()
        try await power.set(.on)
        model.state.withLock { $0.faults.isStuck = true }
        let failure = await #expect(throws: Failure.self) { try await power.set(.off) }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.message.contains("the switch reads on") == true)
        let report = await power.report()
        #expect(report?.verified == .stuck)
        #expect(report?.attempts == 3)
        #expect(model.state.withLock { $0.commands.filter { $0 == [1: false] }.count } == 3)
    }

    /// Its read-back says off; the board goes on speaking.
    @Test func aRelayThatLiesIsFoundByTheConsole() async throws {
        // One window, long enough for a busy machine to let the board speak in it.
        var plan = PowerEvidencePlan()
        plan.silence = .seconds(2)
        plan.retries = 0
        let power = try power(plan: plan)
        try await power.set(.on)
        console.print("booting\n")
        model.state.withLock { $0.faults.lies = true }
        let speaking = Mutex(true)
        async let speech: Void = {
            while speaking.withLock({ $0 }) {
                console.print(".")
                try? await clock.sleep(for: .milliseconds(2))
            }
        }()
        await #expect(throws: Failure.self) { try await power.set(.off) }
        speaking.withLock { $0 = false }
        await speech
        let report = await power.report()
        #expect(report?.reported == .off)
        #expect(report?.verified == .stuck)
        // What the board showed outweighs what its switch says of itself.
        #expect(await power.observed() == .on)
    }

    @Test func silenceAfterSpeechIsProof() async throws {
        let power = try power(model.device(readBack: .none))
        try await power.set(.on)
        console.print("booting\n")
        try await power.set(.off)
        let report = await power.report()
        #expect(report?.verified == .off)
        #expect(report?.evidence.map(\.source) == [.console])
        #expect(await power.observed() == .off)
    }

    @Test func aMeterOutweighsTheReadBack() async throws {
        var plan = PowerEvidencePlan()
        plan.silence = .zero
        plan.watts = 0.5
        plan.retries = 0
        let power = try power(plan: plan)
        model.state.withLock { $0.watts = 3.2 }
        try await power.set(.on)
        #expect(await power.report()?.verified == .on)
        await #expect(throws: Failure.self) { try await power.set(.off) }
        #expect(await power.report()?.summary.contains("3.2 W") == true)
        model.state.withLock { $0.watts = 0.1 }
        try await power.set(.off)
        #expect(await power.report()?.verified == .off)
    }

    @Test func aDeviceThatIsGoneKeepsNoOtherRailOn() async throws {
        let hub = ModelSwitch()
        var plan = PowerEvidencePlan()
        plan.silence = .zero
        plan.retries = 0
        let rails = [
            PowerRail(device: try model.device(), channel: 1), PowerRail(device: try hub.device("hub"), channel: 2),
        ]
        let power = SwitchedPower(
            board: BoardName(rawValue: "b"), rails: rails, plan: plan, console: nil,
            tree: SysfsUSB(root: "/nonexistent"), stagger: PowerOnStagger(gap: .zero, clock: clock), clock: clock)
        try await power.set(.on)
        #expect(model.isClosed(1) && hub.isClosed(2))
        hub.state.withLock { $0.faults.failures = 1000 }
        await #expect(throws: Failure.self) { try await power.set(.off) }
        #expect(!model.isClosed(1), "the last rail is told off though the first cannot be")
    }

    @Test func aDeviceThatIsSlowToListenIsAskedAgain() async throws {
        let power = try power()
        model.state.withLock { $0.faults.failures = 2 }
        try await power.set(.on)
        #expect(model.isClosed(1))
        #expect(await power.report()?.attempts == 1)
        model.state.withLock { $0.faults.failures = 3 }
        await #expect(throws: Failure.self) { try await power.set(.off) }
        // Nothing is known of a command that failed.
        #expect(await power.report()?.verified == .unknown)
    }

    @Test func aCutOfALyingRelayIsNotConfirmed() async throws {
        let power = try power()
        try await power.set(.on)
        model.state.withLock { $0.faults.isStuck = true }
        let cut = try await power.prepareCut()
        _ = cut.fire()
        await #expect(throws: Failure.self) { try await cut.confirm() }
        #expect(await power.report()?.verified == .stuck)
    }

    @Test func aCutThatWasAbandonedCutsNothing() async throws {
        let power = try power()
        try await power.set(.on)
        let cut = try await power.prepareCut()
        try await cut.abandon()
        _ = cut.fire()
        try await Task.sleep(for: .milliseconds(20))
        #expect(model.isClosed(1))
    }

    @Test func linesThatMovedByThemselvesAreALossOfPower() async throws {
        let power = try power()
        try await power.set(.on)
        model.state.withLock { $0.incident = "the keeper ended" }
        #expect(try await power.powerLoss() == "the keeper ended")
        model.state.withLock { $0.contacts[1] = false }
        #expect(try await power.powerLoss().contains("nobody of the lab") == true)
    }

    @Test func railsGoOnInOrderAndOffTheOtherWay() async throws {
        let device = try model.device()
        let rails = [0, 1, 2].map { PowerRail(device: device, channel: $0, settle: .milliseconds(1)) }
        var plan = PowerEvidencePlan()
        plan.watchesConsole = false
        let power = SwitchedPower(
            board: BoardName(rawValue: "b"), rails: rails, plan: plan, console: nil,
            tree: SysfsUSB(root: "/nonexistent"), stagger: PowerOnStagger(gap: .zero, clock: clock), clock: clock)
        try await power.set(.on)
        try await power.set(.off)
        #expect(
            model.state.withLock { $0.commands } == [
                [0: true], [1: true], [2: true], [2: false], [1: false], [0: false],
            ])
        try await power.set(.on)
        model.state.withLock { $0.commands = [] }
        let cut = try await power.prepareCut()
        _ = cut.fire()
        try await cut.confirm()
        // Rails of one card go in one command.
        #expect(model.state.withLock { $0.commands } == [[0: false, 1: false, 2: false]])
        model.state.withLock { $0.contacts[1] = true }
        #expect(await power.observed() == .unknown)
    }

    @Test func boardsAreSwitchedOnOneAfterTheOther() async throws {
        let stagger = PowerOnStagger(gap: .milliseconds(30), clock: clock)
        let start = clock.monotonic()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await stagger.turn() } }
            try await group.waitForAll()
        }
        #expect(clock.monotonic().duration(since: start) >= .milliseconds(90))
    }

    @Test func twoBoardsOnOneCardDoNotMoveEachOther() async throws {
        let wear = MemoryWear()
        let device = try model.device(wear: wear)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for channel in 0..<4 {
                group.addTask {
                    for round in 0..<25 { try await device.set(channel, round % 2 == 0) }
                }
            }
            try await group.waitForAll()
        }
        #expect((0..<4).allSatisfy { model.isClosed($0) })
        #expect((0..<4).map { wear.count(device: "model", channel: $0) } == [25, 25, 25, 25])
    }

    @Test func aDeviceThatKeepsTimeIsAskedTo() async throws {
        let line = SwitchedLine(
            device: try model.device(timesPulses: true), channel: 3, isInverted: true, press: .milliseconds(10),
            clock: clock)
        try await line.pulse(nil)
        #expect(model.state.withLock { $0.commands } == [[3: false]])
        let other = SwitchedLine(
            device: try model.device(), channel: 3, isInverted: false, press: .milliseconds(10), clock: clock)
        try await other.pulse(.milliseconds(1))
        #expect(model.state.withLock { $0.commands } == [[3: false], [3: true], [3: false]])
    }
}
