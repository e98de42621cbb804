import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// Boards that boot from crash states for people.
@Suite struct PersonalTwinTests {
    private let clock = VirtualClock()
    private let maker: ModelTwins
    private let states = LentStates()

    init() {
        maker = ModelTwins(clock: clock)
    }

    private func session(
        _ slot: TwinSlots.Slot, noting notes: Notes = Notes()
    ) -> PersonalTwin {
        let bench = Bench(clock: clock) { _, _ in }
        let services = EngineServices(
            store: bench.recorder, logs: bench.recorder, catalog: FixedCatalog(result: bench.profile),
            artifacts: bench.workbench, testDefinitions: bench.workbench, packer: bench.workbench,
            files: bench.workbench, workspaces: bench.workbench, clock: clock)
        let exploration = PowerCutExploration(name: "x", run: "up", alive: .init(marker: "UP"), newVersion: "v2")
        let plan = JobPlan(
            name: "p", deviceType: DeviceTypeName(rawValue: "model"), timeouts: JobTimeouts(job: .seconds(9)),
            blocks: [])
        let lease = Lease(
            board: BoardName(rawValue: "board-1"), job: JobID(rawValue: 7),
            generation: LeaseGeneration(rawValue: 0), epoch: Epoch(rawValue: 0))
        return PersonalTwin(
            state: "w1",
            place: TwinWorkbench.Place(
                name: ExplorationName(job: JobID(rawValue: 7), block: 0, name: "x"), exploration: exploration,
                setup: TwinSetup(
                    plan: plan, lease: lease, profile: bench.profile, services: services, workspace: "/w", prompts: []),
                definition: bench.board.definition, isFinished: true, differences: ["kit was a, is b"]),
            slot: slot, states: states, twins: maker, services: services, folder: "/w", idle: .seconds(60)
        ) { notes.add($0.name, $1) }
    }

    @Test func itRunsFromTheLentDiskAndGivesEverythingBack() async throws {
        let notes = Notes()
        let slots = TwinSlots(limit: 1)
        let session = session(try slots.take()[0], noting: notes)
        #expect(session.name == "board-1-twin101")
        try await session.start()
        let twin = try #require(maker.twins.withLock { $0.first })
        #expect(twin.board.model.truth == .on)
        #expect(twin.disks.withLock { $0 } == [NetworkDisk(socket: "s", export: "w1")])
        await session.end()
        await session.end()
        #expect(twin.board.model.truth == .off)
        #expect(twin.closes.withLock { $0 } == 1)
        #expect(states.returned.withLock { $0 } == 1)
        #expect(notes.all.withLock { $0 }.prefix(2) == ["board-1-twin101 true", "board-1-twin101 false"])
    }

    @Test func whatFailsAtTheStartIsGivenBackToo() async throws {
        maker.powerFails.withLock { $0 = true }
        let slots = TwinSlots(limit: 1)
        let session = session(try slots.take()[0])
        await #expect(throws: Failure.self) { try await session.start() }
        await session.end()
        #expect(maker.twins.withLock { $0.first?.closes.withLock { $0 } } == 1)
        #expect(states.returned.withLock { $0 } == 1)
    }

    @Test func whoeverDoesNotTypeIsForgotten() async throws {
        let slots = TwinSlots(limit: 1)
        let session = session(try slots.take()[0])
        try await session.start()
        clock.advance(by: .seconds(59))
        #expect(await !session.isForgotten)
        try await session.type("ls\n")
        clock.advance(by: .seconds(59))
        #expect(await !session.isForgotten)
        clock.advance(by: .seconds(1))
        #expect(await session.isForgotten)
        await session.end()
    }

    @Test func placesAreBoundedAndComeBack() throws {
        let slots = TwinSlots(limit: 3)
        var taken = try slots.take(2)
        #expect(taken.map(\.number) == [101, 102])
        let rest = try slots.take(5)
        #expect(rest.map(\.number) == [103])
        #expect(throws: CrashStateError.self) { try slots.take() }
        taken = []
        #expect(try slots.take().map(\.number) == [101])
        withExtendedLifetime(rest) {}
    }
}

private final class Notes: Sendable {
    let all = Mutex<[String]>([])

    func add(_ name: String, _ isRunning: Bool) { all.withLock { $0.append("\(name) \(isRunning)") } }
}

/// A twin that exists only in memory.
private final class ModelTwin: TwinBoard {
    let board: ModelBoard
    let disks = Mutex<[NetworkDisk]>([])
    let closes = Mutex(0)

    init(_ board: ModelBoard) { self.board = board }

    var name: BoardName { board.name }
    var definition: BoardDefinition { board.definition }
    var power: any PowerControl { board.power }
    var console: any Console { board.console }
    var bootMedium: (any BootMedium)? { nil }
    func prepare(_ preparation: BoardPreparation) async throws(Failure) { try await board.prepare(preparation) }
    func rest() async throws(Failure) { try await board.rest() }
    func insert(_ disk: NetworkDisk) async throws(Failure) { disks.withLock { $0.append(disk) } }

    func close() async {
        try? await board.rest()
        closes.withLock { $0 += 1 }
    }
}

private final class ModelTwins: TwinMaker {
    let clock: any LabClock
    let twins = Mutex<[ModelTwin]>([])
    let powerFails = Mutex(false)

    init(clock: any LabClock) { self.clock = clock }

    func factoryDisk(of definition: BoardDefinition, profile: DeviceProfile) async throws(Failure) -> String { "/d" }

    func configuration(
        of definition: BoardDefinition, profile: DeviceProfile
    ) async throws(Failure) -> [String: String] { [:] }

    func makeTwin(
        of definition: BoardDefinition, profile: DeviceProfile, number: Int, workspace: String
    ) async throws(Failure) -> any TwinBoard {
        let power = ModelPower(clock: clock)
        if powerFails.withLock({ $0 }) { power.inject(.refuses) }
        let twin = ModelTwin(ModelBoard("\(definition.name)-twin\(number)", clock: clock, power: power))
        twins.withLock { $0.append(twin) }
        return twin
    }
}

/// Lends one disk and counts what comes back.
private final class LentStates: CrashStates {
    let returned = Mutex(0)
    private let nothing = CrashStateError(.missing, Failure(.job, "nothing here"))

    func recordedBlock(of job: JobID, block: Int?) async throws(CrashStateError) -> Int { throw nothing }
    func facts(of exploration: ExplorationName) async throws(CrashStateError) -> RecordingFacts { throw nothing }
    func check(_ state: String, of exploration: ExplorationName) async throws(CrashStateError) -> String { state }
    func boot(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> CrashBoot { throw nothing }
    func lend(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> LentDisk {
        LentDisk(state: state, disk: NetworkDisk(socket: "s", export: state)) { self.returned.withLock { $0 += 1 } }
    }
    func image(
        of state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: (any CrashTrial)?
    ) async throws -> any ReadableFile { throw nothing }
    func trace(of exploration: ExplorationName) async throws(CrashStateError) -> any ReadableFile { throw nothing }
    func verify(
        _ exploration: ExplorationName, plan: PowerCutExploration, sample: CampaignSample, trials: [any CrashTrial],
        progress: @escaping @Sendable (CampaignCheck) async -> Void
    ) async throws -> CampaignCheck { throw nothing }
}
