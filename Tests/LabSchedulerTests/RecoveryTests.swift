import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

/// Each test leaves a database behind as a labd that was killed would, and starts on it.
@Suite(.timeLimit(.minutes(5))) struct RecoveryTests {
    private let lab: Lab
    private let one = BoardName(rawValue: "one")

    init() async throws {
        lab = try await Lab(["one": [], "two": []])
    }

    /// - Parameter epoch: nil begins a new one, as a start does.
    private func recover(_ epoch: Epoch? = nil, boards: [ModelBoard]? = nil) async throws {
        let present: Epoch
        if let epoch { present = epoch } else { present = try await lab.store.beginEpoch() }
        let recovery = Recovery(
            store: lab.store, boards: ModelBoardRegistry(boards ?? lab.boards), clock: lab.clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await recovery.run(epoch: present)
    }

    private func runningJob() async throws -> JobID {
        let job = try await lab.store.submit(.sample())
        let epoch = try await lab.store.beginEpoch()
        let lease = try #require(try await lab.store.lease(one, to: job, epoch: epoch))
        #expect(try await lab.store.start(lease))
        return job
    }

    @Test func aCleanDatabaseNeedsNothing() async throws {
        try await recover()
        #expect(lab.boards.map(\.rests) == [0, 0])
        #expect(try await lab.store.events(after: 0, job: nil, limit: 10).isEmpty)
    }

    @Test func aLeaseOfThePresentLifeIsLeftAlone() async throws {
        let job = try await lab.store.submit(.sample())
        let epoch = try await lab.store.beginEpoch()
        let lease = try #require(try await lab.store.lease(one, to: job, epoch: epoch))
        try await recover(epoch)
        #expect(try await lab.store.leases() == [lease])
        #expect(lab.boards[0].rests == 0)
    }

    @Test func anInterruptedJobGoesBackAndItsBoardToRest() async throws {
        let job = try await runningJob()
        try await lab.boards[0].model.set(.on)
        try await recover()
        #expect(try await lab.store.job(job)?.state == .submitted)
        #expect(try await lab.store.leases().isEmpty)
        #expect(lab.boards[0].model.truth == .off)
        let board = try #require(try await lab.store.boards().first)
        #expect(board.state == .idle && board.power == .off && board.health == .unknown)
        #expect(lab.boards[1].rests == 0, "a board that nobody used is not touched")
    }

    /// As a `board qualify` leaves it whose switch cannot tell.
    @Test(arguments: [PowerTarget.on, .off])
    func aBoardThatWasToldOnAndNobodySawGoesToRest(_ last: PowerTarget) async throws {
        try await lab.boards[0].model.set(.on)
        for target in [PowerTarget.on, last] {
            let intent = PowerIntent(board: one, target: target, kind: .switch, job: nil, reason: "qualified by ann")
            try await lab.store.settle([intent], state: .unknown)
        }
        #expect(try await lab.store.boardsToldOn() == (last == .on ? [one] : []))
        try await recover()
        #expect(lab.boards[0].model.truth == (last == .on ? .off : .on), "what was told off is left as it is")
    }

    private func runs(_ job: JobID, on board: BoardName) async throws -> Lease {
        let epoch = try await lab.store.beginEpoch()
        let lease = try #require(try await lab.store.lease(board, to: job, epoch: epoch))
        #expect(try await lab.store.start(lease))
        return lease
    }

    @Test func interruptionsAndRetriesAreCountedApart() async throws {
        let job = try await lab.store.submit(.sample())
        try await lab.store.retry(runs(job, on: one), Failure(.infrastructure, "the console is gone"))
        _ = try await runs(job, on: BoardName(rawValue: "two"))
        try await recover()
        let record = try #require(try await lab.store.job(job))
        #expect(record.state == .submitted && record.attempt == 2 && record.interruptions == 1)
        try await lab.store.setHealth(.good, of: one, reason: nil)
        _ = try await runs(job, on: one)
        try await recover()
        let end = try #require(try await lab.store.job(job))
        #expect(end.state == .finished && end.health == .incomplete, "the second interruption ends it")
    }

    @Test func aRunThatWasNotBegunCountsForNothing() async throws {
        let job = try await lab.store.submit(.sample())
        for _ in 0..<4 {
            let epoch = try await lab.store.beginEpoch()
            _ = try #require(try await lab.store.lease(one, to: job, epoch: epoch))
            try await recover()
            try await lab.store.setHealth(.good, of: one, reason: nil)
        }
        let record = try #require(try await lab.store.job(job))
        #expect(record.state == .submitted && record.attempt == 0 && record.interruptions == 0)
    }

    /// As a `board check` leaves it that was killed.
    @Test(arguments: [BoardHealth.good, .maintenance])
    func aBoardThatHasPowerAndNobodyGoesToRest(_ health: BoardHealth) async throws {
        try await lab.boards[0].model.set(.on)
        try await lab.store.setHealth(health, of: one, reason: nil)
        let intent = PowerIntent(board: one, target: .on, kind: .switch, job: nil, reason: "inspected by ann")
        try await lab.store.settle([intent], state: .on)
        try await recover()
        let isKept = health == .maintenance
        #expect(lab.boards[0].model.truth == (isKept ? .on : .off))
        #expect(try await lab.store.boards().first?.power == (isKept ? .on : .off))
    }

    @Test func aBoardIsKeptForWhoHoldsIt() async throws {
        try await lab.boards[0].model.set(.on)
        let epoch = try await lab.store.beginEpoch()
        let now = lab.clock.wall()
        let wish = NewReservation(board: one, holder: "ann", granted: now, expires: now.advanced(by: .seconds(60)))
        _ = try #require(try await lab.store.reserve(wish, epoch: epoch))
        let intent = PowerIntent(board: one, target: .on, kind: .switch, job: nil, reason: "switched by ann")
        try await lab.store.settle([intent], state: .on)
        try await recover()
        #expect(lab.boards[0].model.truth == .on)
    }

    /// As a full disk leaves it: switched off, and nobody could write that down.
    @Test func aBoardThatIsFoundOffIsSaidToBeOff() async throws {
        let intent = PowerIntent(board: one, target: .on, kind: .switch, job: nil, reason: "switched by ann")
        try await lab.store.settle([intent], state: .on)
        try await recover()
        #expect(try await lab.store.boards().first?.power == .off)
        #expect(lab.boards[0].rests == 0)
    }

    @Test func aJobThatWentBackWaitsAnew() async throws {
        let job = try await lab.store.submit(.sample(.sample(queueTimeout: .seconds(60))))
        #expect(try await lab.store.job(job).map { $0.queued == $0.submitted } == true)
        let lease = try #require(
            try await lab.store.lease(one, to: job, epoch: try await lab.store.beginEpoch()))
        #expect(try await lab.store.start(lease))
        lab.clock.advance(by: .seconds(7200))
        try await recover()
        var queue = LabQueue(try await lab.store.queueContents(), needs: [:], at: lab.clock.moment)
        #expect(queue.expired(at: lab.clock.monotonic()).isEmpty)
        lab.clock.advance(by: .seconds(60))
        #expect(queue.expired(at: lab.clock.monotonic()).map(\.id) == [job])
    }

    @Test func theRetryBudgetEnds() async throws {
        let job = try await runningJob()
        try await recover()
        let epoch = try await lab.store.beginEpoch()
        let lease = try #require(try await lab.store.lease(one, to: job, epoch: epoch))
        #expect(try await lab.store.start(lease))
        try await recover()
        let ended = try #require(try await lab.store.job(job))
        #expect(ended.state == .finished && ended.health == .incomplete)
        #expect(ended.failure?.type == .infrastructure)
        #expect(ended.failure?.message == "labd stopped while the job ran (run 2)")
    }

    @Test func aJobThatWasBeingCanceledIsCanceled() async throws {
        let job = try await runningJob()
        _ = try await lab.store.cancel(job, by: "ann", reason: nil)
        try await recover()
        #expect(try await lab.store.job(job)?.health == .canceled)
    }

    @Test(arguments: [PowerIntent.Kind.switch, .armed])
    func anOpenIntentSendsTheBoardToRest(kind: PowerIntent.Kind) async throws {
        _ = try await lab.store.begin(
            PowerIntent(board: one, target: .on, kind: kind, job: nil, reason: "switched by ann"))
        try await lab.boards[0].model.set(.on)
        try await recover()
        #expect(lab.boards[0].model.truth == .off)
        #expect(try await lab.store.unresolvedIntents().isEmpty)
    }

    @Test func twiceIsOnce() async throws {
        let job = try await runningJob()
        _ = try await lab.store.begin(
            PowerIntent(board: lab.boards[1].name, target: .on, kind: .armed, job: nil, reason: "test"))
        try await recover()
        let events = try await lab.store.events(after: 0, job: nil, limit: 100)
        let commands = lab.boards.map(\.model.commands)
        try await recover()
        #expect(try await lab.store.events(after: 0, job: nil, limit: 100) == events)
        #expect(lab.boards.map(\.model.commands) == commands)
        #expect(lab.boards.map(\.rests) == [1, 1])
        #expect(try await lab.store.job(job)?.attempt == 1)
    }

    @Test func aBoardThatCannotRestIsBadAndHoldsUpNobody() async throws {
        let job = try await runningJob()
        _ = try await lab.store.begin(
            PowerIntent(board: lab.boards[1].name, target: .on, kind: .switch, job: nil, reason: "test"))
        lab.boards[0].failRest(with: Failure(.infrastructure, "relay stuck"))
        try await recover()
        let boards = try await lab.store.boards()
        #expect(boards.map(\.health) == [.bad, .unknown])
        #expect(boards[0].healthReason == "not at rest after a restart: relay stuck")
        #expect(try await lab.store.job(job)?.state == .submitted)
    }

    @Test func aBoardThatLeftTheConfigurationFreesItsJob() async throws {
        let job = try await runningJob()
        try await lab.store.setBoards([lab.boards[1].definition])
        try await recover(boards: [lab.boards[1]])
        #expect(try await lab.store.job(job)?.state == .submitted)
        #expect(try await lab.store.leases().isEmpty)
    }
}
