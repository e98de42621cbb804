import LabModel
import LabSimulation
import LabStore
import Logging
import Synchronization
import Testing

@testable import LabScheduler

/// What the store could not take is not forgotten.
@Suite(.timeLimit(.minutes(5))) struct ArrearsTests {
    private let folder: TemporaryFolder
    private let clock = VirtualClock()
    private let store: FullStore
    private let model: ModelPower
    private let board: ModelBoard
    private let arrears = Arrears()

    init() async throws {
        folder = try TemporaryFolder()
        store = FullStore(try SQLiteStore(path: folder.path + "/labd.db", clock: clock))
        model = ModelPower(clock: clock)
        board = ModelBoard("b", clock: clock, power: model)
        try await store.setBoards([board.definition])
    }

    private var power: JournaledPower {
        JournaledPower(
            model, board: board.name, job: nil, reason: "by ann", journal: store, clock: clock,
            times: SwitchTimes(start: clock.monotonic()), arrears: arrears)
    }

    private var record: BoardRecord? {
        get async throws { try await store.boards().first }
    }

    private func pay() async throws { try await arrears.pay(board.name, power: model, to: store) }

    @Test func aSwitchWithoutAnIntentIsStoredLater() async throws {
        let power = power
        try await power.set(.on)
        store.isFull = true
        await #expect(throws: FullStore.failure) { try await power.set(.off) }
        #expect(model.truth == .off)
        #expect(try await record?.power == .on)
        await #expect(throws: FullStore.failure) { try await pay() }
        #expect(arrears.owes(board.name))
        store.isFull = false
        try await pay()
        #expect(try await record?.power == .off)
        #expect(!arrears.owes(board.name))
    }

    @Test func aLaterSwitchSettlesTheOnesBefore() async throws {
        let power = power
        store.isFull = true
        await #expect(throws: FullStore.failure) { try await power.set(.off) }
        store.isFull = false
        try await power.set(.on)
        #expect(!arrears.owes(board.name))
        #expect(try await record?.power == .on)
    }

    @Test func anEndIsStoredLaterWithWhatIsSeenThen() async throws {
        let power = power
        try await power.set(.on)
        let cut = try await power.prepareCut()
        store.isFull = true
        _ = cut.fire()
        await #expect(throws: FullStore.failure) { try await cut.confirm() }
        store.isFull = false
        try await pay()
        #expect(try await record?.power == .off)
        #expect(try await store.unresolvedIntents().isEmpty)
    }

    @Test func whatTheSwitchDidCountsMoreThanWhatTheDiskTook() async throws {
        let power = power
        try await power.set(.on)
        store.isFull = true
        model.inject(.sticks)
        let failure = await #expect(throws: Failure.self) { try await power.set(.off) }
        #expect(failure?.place == "b")
        store.isFull = false
        try await pay()
        #expect(try await record?.power == .on)
    }

    @Test func aBoardThatCannotBePutToRestIsBadBeforeItsJobHasEnded() async throws {
        let epoch = try await store.beginEpoch()
        let runner = RecordingRunner()
        let scheduler = Scheduler(
            store: store, boards: ModelBoardRegistry([board]), runner: runner, catalog: ModelCatalog(), clock: clock,
            epoch: epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task { await scheduler.run() }
        let job = try await store.submit(.sample(.sample("a")))
        await runner.waitForRuns(1)
        board.failRest(with: Failure(.infrastructure, "relay stuck"))
        store.isFull = true
        runner.end(job)
        // It cannot end: what is known of its board comes first.
        await store.waitForRefusals(2)
        board.failRest(with: nil)
        store.isFull = false
        while try await store.job(job)?.state != .finished {
            clock.advanceToEarliestSleeper()
            await Task.yield()
        }
        #expect(try await record?.health == .bad)
        #expect(try await record?.healthReason == "cannot be put to rest: relay stuck")
        await scheduler.stop()
        await serving.value
    }

    @Test func whatTheDiskDidNotTakeSaysNothingOfABoard() async throws {
        let epoch = try await store.beginEpoch()
        let scheduler = Scheduler(
            store: store, boards: ModelBoardRegistry([board]), runner: RecordingRunner(), catalog: ModelCatalog(),
            clock: clock, epoch: epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await scheduler.power(board.name, .on, by: "ann")
        store.isFull = true
        _ = await scheduler.putToRest(board.name, reason: "a test")
        #expect(model.truth == .off)
        store.isFull = false
        await scheduler.payArrears()
        #expect(try await record?.power == .off)
        #expect(try await record?.health != .bad)
    }

    @Test func aBoardOfWhichNothingIsOwedAnyMoreGoesToWhoWaits() async throws {
        let epoch = try await store.beginEpoch()
        let book = try #require(store.inner as? SQLiteStore)
        let scheduler = Scheduler(
            store: store, boards: ModelBoardRegistry([board]), runner: RecordingRunner(), catalog: ModelCatalog(),
            clock: clock, epoch: epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            leases: book)
        // Nobody needs to hold it to give it power.
        try await store.setHealth(.maintenance, of: board.name, reason: "new cable")
        _ = try await scheduler.power(board.name, .on, by: "ann")
        store.isFull = true
        _ = await scheduler.putToRest(board.name, reason: "a test")
        let place = try await scheduler.standInLine(ReservationWish(board: board.name), by: "bob")
        await scheduler.payArrears()
        #expect(await scheduler.desk.line[place]?.offer == nil)
        store.isFull = false
        await scheduler.payArrears()
        #expect(await scheduler.desk.line[place]?.offer == board.name)
        #expect(try await scheduler.take(place)?.holder == "bob")
    }
}

/// A store that takes nothing while it is full.
private final class FullStore: StoreForwarding {
    static let failure = Failure(.infrastructure, "the disk is full", at: "database")

    let inner: any Store
    private let state = Mutex<(isFull: Bool, refusals: Int)>((false, 0))

    init(_ inner: any Store) { self.inner = inner }

    var isFull: Bool {
        get { state.withLock { $0.isFull } }
        set { state.withLock { $0.isFull = newValue } }
    }

    func waitForRefusals(_ count: Int) async {
        while state.withLock({ $0.refusals }) < count { await Task.yield() }
    }

    private func check() throws(Failure) {
        let isFull = state.withLock { state in
            if state.isFull { state.refusals += 1 }
            return state.isFull
        }
        if isFull { throw Self.failure }
    }

    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64 {
        try check()
        return try await inner.begin(intent)
    }

    func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        try check()
        try await inner.end(intent, state: state, note: note)
    }

    func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure) {
        try check()
        try await inner.settle(intents, state: state)
    }

    func setHealth(_ health: BoardHealth, of board: BoardName, reason: String?) async throws(Failure) {
        try check()
        try await inner.setHealth(health, of: board, reason: reason)
    }

    func setHealth(
        _ health: BoardHealth, of board: BoardName, reason: String?, ifStill old: BoardHealth
    ) async throws(Failure) -> BoardHealth {
        try check()
        return try await inner.setHealth(health, of: board, reason: reason, ifStill: old)
    }

    func finish(_ lease: Lease, _ outcome: JobOutcome) async throws(Failure) {
        try check()
        try await inner.finish(lease, outcome)
    }
}
