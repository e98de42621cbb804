import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

/// What a qualification says of a board, and what people say of it.
@Suite(.timeLimit(.minutes(5))) struct QualifyingTests {
    private let folder: TemporaryFolder
    private let clock = VirtualClock()
    private let store: SQLiteStore
    private let console: ScriptedConsole
    private let board: ModelBoard
    private let scheduler: Scheduler
    private let one = BoardName(rawValue: "one")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/labd.db", clock: clock)
        console = ScriptedConsole(clock: clock)
        board = ModelBoard("one", clock: clock, console: console)
        try await store.setBoards([board.definition])
        scheduler = Scheduler(
            store: store, boards: ModelBoardRegistry([board]), runner: RecordingRunner(), catalog: ModelCatalog(),
            clock: clock, epoch: try await store.beginEpoch(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, leases: store)
    }

    /// Qualifies the board by one boot, in the middle of which `body` is done.
    private func qualified(_ body: () async throws -> Void) async throws -> QualificationReport {
        async let report = scheduler.qualify(one, BoardQualification(boots: 1), by: "ann")
        while board.model.truth != .on { await Task.yield() }
        try await body()
        console.print("one login: ")
        return try await report
    }

    private func record() async throws -> BoardRecord {
        try #require(try await store.boards().first)
    }

    @Test func aVerdictIsStoredWithItsEvidence() async throws {
        try await store.setHealth(.bad, of: one, reason: "smoke")
        let report = try await qualified {}
        #expect(report.isQualified && report.overruled == nil)
        let record = try await record()
        #expect(record.health == .good && record.healthReason == report.summary)
        let log = try await store.boardLog(of: one, kinds: [.boardHealth], limit: 1)
        #expect(log.first?.by == "ann")
        #expect(board.model.truth == .off)
    }

    @Test func whatSomebodySaysMeanwhileStays() async throws {
        let report = try await qualified {
            try await scheduler.setHealth(.maintenance, of: one, reason: "smoke", caller: "eve")
        }
        #expect(report.isQualified && report.overruled == .maintenance)
        #expect(report.summary.hasSuffix("; the board stays Maintenance, as somebody said meanwhile"))
        let record = try await record()
        #expect(record.health == .maintenance && record.healthReason == "smoke")
        #expect(board.model.truth == .off)
    }

    @Test func aRetiredBoardGetsNoPowerWhateverIsDone() async throws {
        try await store.setHealth(.retired, of: one, reason: "smoke")
        let (one, scheduler) = (one, scheduler)
        let deeds: [@Sendable () async throws -> Void] = [
            { _ = try await scheduler.qualify(one, BoardQualification(boots: 1), by: "ann") },
            { _ = try await scheduler.inspect(one, by: "ann") },
            { _ = try await scheduler.measurePower(one, PowerMeasurement(), by: "ann") },
        ]
        for deed in deeds {
            let refusal = await #expect(throws: Failure.self) { try await deed() }
            #expect(refusal?.type == .job && refusal?.message == "the board one is Retired, and gets no power")
            #expect(refusal?.advice?.contains("lablctl board health one maintenance") == true)
        }
        #expect(board.model.commands.isEmpty)
        let record = try await record()
        #expect(record.health == .retired && record.healthReason == "smoke")
    }

    @Test func whatAJobSaysOfABoardDoesNotOverruleAPerson() async throws {
        let hasty = HastyPerson(inner: store)
        try await hasty.distrust(one, reason: "its job failed")
        let record = try await record()
        #expect(record.health == .maintenance && record.healthReason == "smoke")
    }
}

/// A store in which somebody sets the board's health as soon as others have looked at it.
private struct HastyPerson: StoreForwarding {
    let inner: any Store

    func boards() async throws(Failure) -> [BoardRecord] {
        let records = try await inner.boards()
        for record in records { try await inner.setHealth(.maintenance, of: record.name, reason: "smoke") }
        return records
    }
}
