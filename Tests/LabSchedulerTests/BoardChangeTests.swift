import LabModel
import LabSimulation
import LabStore
import Logging
import Synchronization
import Testing

@testable import LabScheduler

/// Boards whose descriptions change while the scheduler works.
private final class ChangingBoards: BoardRegistry {
    private struct State {
        var boards: [ModelBoard]
        var standings: [BoardName: BoardStanding] = [:]
        var departures: [BoardStanding.Departure] = []
    }

    private let state: Mutex<State>

    init(_ boards: [ModelBoard]) {
        state = Mutex(State(boards: boards))
    }

    var names: [BoardName] { state.withLock { $0.boards.map(\.name) } }
    func board(_ name: BoardName) -> (any Board)? { state.withLock { $0.boards.first { $0.name == name } } }
    func standing(_ name: BoardName) -> BoardStanding { state.withLock { $0.standings[name] } ?? BoardStanding() }
    var departures: [BoardStanding.Departure] { state.withLock { $0.departures } }

    func set(_ standing: BoardStanding?, of name: BoardName) { state.withLock { $0.standings[name] = standing } }
    func depart(_ departure: BoardStanding.Departure) { state.withLock { $0.departures.append(departure) } }
}

@Suite(.timeLimit(.minutes(5))) struct BoardChangeTests {
    private static let fault = Diagnostic(
        .error, at: SourcePosition(file: "one.yaml", line: 2, column: 5), "wrong", suggestion: "write it otherwise")
    private let one = BoardName(rawValue: "one")

    private func logger() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private func scheduler(_ lab: Lab, _ boards: ChangingBoards) -> Scheduler {
        Scheduler(
            store: lab.store, boards: boards, runner: lab.runner, catalog: ModelCatalog(), clock: lab.clock,
            epoch: lab.epoch, logger: logger())
    }

    private func running(_ scheduler: Scheduler, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.run() }
            do {
                try await body()
            } catch {
                await scheduler.stop()
                throw error
            }
            await scheduler.stop()
            try await group.waitForAll()
        }
    }

    @Test func aBrokenBoardGetsNoJobAndAMendedOneDoes() async throws {
        let lab = try await Lab(["one": [], "two": ["usb"]])
        let boards = ChangingBoards(lab.boards)
        boards.set(BoardStanding(file: "one.yaml", diagnostics: [Self.fault]), of: one)
        let scheduler = scheduler(lab, boards)
        try await running(scheduler) {
            let first = try await lab.store.submit(.sample())
            let second = try await lab.store.submit(.sample())
            await scheduler.jobWasSubmitted()
            await lab.runner.waitForRuns(1)
            #expect(lab.runner.runs.map(\.lease.board.rawValue) == ["two"])
            #expect(
                try await scheduler.waitingReason(second)
                    == "the only board of type model, two, is busy with job \(first); next in the queue")
            boards.set(nil, of: one)
            await scheduler.jobWasSubmitted()
            await lab.runner.waitForRuns(2)
            #expect(lab.runner.runs.map(\.lease.board.rawValue) == ["two", "one"])
            for job in [first, second] { lab.runner.end(job) }
            #expect(try await lab.finished(first).health == .complete)
            #expect(try await lab.finished(second).health == .complete)
        }
        #expect(try await lab.store.boards().map(\.health) == [.good, .good], "the store was told nothing")
    }

    @Test func aChangeWaitsForTheJobAndTheNextJobForTheChange() async throws {
        let lab = try await Lab()
        let boards = ChangingBoards(lab.boards)
        let scheduler = scheduler(lab, boards)
        try await running(scheduler) {
            let first = try await lab.store.submit(.sample())
            let second = try await lab.store.submit(.sample())
            await scheduler.jobWasSubmitted()
            await lab.runner.waitForRuns(1)
            var releases = scheduler.releases.makeAsyncIterator()
            boards.set(BoardStanding(file: "one.yaml", pending: .change), of: one)
            #expect(await !scheduler.beginChange(of: one))
            lab.runner.end(first)
            _ = try await lab.finished(first)
            // The run's last words come after its end is stored.
            while await !scheduler.beginChange(of: one) { await releases.next() }
            #expect(lab.runner.runs.count == 1)
            #expect(
                try await scheduler.waitingReason(second)
                    == "the only board of type model, one, takes in a change of its file; next in the queue")
            await #expect(throws: Failure.self) { try await scheduler.power(one, .on, by: "ann") }
            boards.set(nil, of: one)
            await scheduler.endChange(of: one)
            await lab.runner.waitForRuns(2)
            lab.runner.end(second)
            #expect(try await lab.finished(second).health == .complete)
        }
    }

    @Test func whoWaitsIsToldWhy() async throws {
        let lab = try await Lab()
        let boards = ChangingBoards(lab.boards)
        let scheduler = scheduler(lab, boards)
        let job = try await lab.store.submit(.sample())
        boards.set(BoardStanding(file: "one.yaml", diagnostics: [Self.fault]), of: one)
        #expect(
            try await scheduler.waitingReason(job)
                == "no board of type model takes jobs: one is Maintenance (one.yaml:2:5: error: wrong; write it otherwise)"
        )
        boards.set(BoardStanding(file: "one.yaml", pending: .removal), of: one)
        #expect(
            try await scheduler.waitingReason(job)
                == "no board of type model takes jobs: one is Retired (its file one.yaml was removed)")
        try await lab.store.setBoards([])
        try await lab.store.append([NewEvent(board: one, kind: .boardRemoved)])
        #expect(try await scheduler.waitingReason(job) == "no board of type model")
        boards.depart(.init(name: one, type: DeviceTypeName(rawValue: "model"), file: "one.yaml"))
        #expect(
            try await scheduler.waitingReason(job)
                == "the last board of type model, one, has left the lab: its file one.yaml was removed")
    }

    @Test func whatAPersonDecidedOutlivesABrokenFile() {
        let record = BoardRecord(
            name: one, type: DeviceTypeName(rawValue: "model"), tags: [], state: .idle, health: .bad,
            healthReason: "smoke", power: .off)
        let standing = BoardStanding(diagnostics: [Self.fault])
        #expect(record.regarding(standing) == record)
        var warned = standing
        warned.diagnostics[0].severity = .warning
        #expect(warned.isReady, "a warning keeps nobody from anything")
    }

    // MARK: - Boards that are not there when labd starts

    private func recovery(_ lab: Lab, _ boards: [ModelBoard]) -> Recovery {
        Recovery(store: lab.store, boards: ModelBoardRegistry(boards), clock: lab.clock, log: logger())
    }

    @Test func aBoardThatWasInUseAndIsNotThereIsPutToRestWhenItComesBack() async throws {
        let lab = try await Lab(["one": [], "two": []])
        let job = try await lab.store.submit(.sample())
        let lease = try #require(try await lab.store.lease(one, to: job, epoch: lab.epoch))
        #expect(try await lab.store.start(lease))
        try await lab.boards[0].model.set(.on)
        for _ in 0..<2 {
            // Killed, and started without the board, twice.
            let others = [lab.boards[1]]
            try await recovery(lab, others).run(epoch: try await lab.store.beginEpoch())
            #expect(try await lab.store.leases().isEmpty)
            #expect(try await lab.store.unresolvedIntents().map(\.board) == [one])
            #expect(lab.boards[0].model.truth == .on)
        }
        #expect(try await lab.store.job(job)?.state == .submitted)
        try await recovery(lab, lab.boards).adopt(one)
        #expect(lab.boards[0].model.truth == .off)
        #expect(try await lab.store.unresolvedIntents().isEmpty)
        let rests = lab.boards[0].rests
        try await recovery(lab, lab.boards).adopt(one)
        #expect(lab.boards[0].rests == rests, "twice is once")
        #expect(lab.boards[1].rests == 0)
    }
}
