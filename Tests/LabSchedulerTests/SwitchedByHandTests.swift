import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

/// No board has power without somebody who holds it, also when nobody reserved it.
@Suite(.timeLimit(.minutes(5))) struct SwitchedByHandTests {
    private let one = BoardName(rawValue: "one")

    private func power(_ lab: Lab) -> PowerState { lab.boards[0].model.truth }

    @Test(arguments: [PowerChange.on, .cycle])
    func aBoardThatIsSwitchedOnHasAHolder(change: PowerChange) async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.power(one, change, by: "ann")
            let lease = try #require(try await lab.store.reservations().first)
            #expect(lease.holder == "ann" && lease.reason == "switched on by hand" && lease.endsWithPower)
            #expect(lease.expires.duration(since: lease.granted) == .seconds(1800))
            let job = try await lab.submit(.sample())
            let reason = try await lab.scheduler.waitingReason(job)
            #expect(reason?.contains("is lent: ann holds it since") == true, "\(reason ?? "")")
            await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .off, by: "bob") }
            _ = try await lab.scheduler.power(one, .cycle, by: "ann")
            let same = try await lab.store.reservations()
            #expect(same.map(\.id) == [lease.id], "the same lease, and no longer")
            _ = try await lab.scheduler.power(one, .off, by: "ann")
            #expect(power(lab) == .off)
            // Free again at once.
            await lab.runner.waitForRuns(1)
            lab.runner.end(job)
            _ = try await lab.finished(job)
        }
        let log = try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1)
        #expect(log.first?.ending == .released && log.first?.reason == "switched off by hand")
    }

    @Test func aForgottenBoardGoesToRest() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            let job = try await lab.submit(.sample())
            // The look at the queue, and the alarm of the lease.
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(1620))
            try await lab.untilLogged(one, .leaseWarning)
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(180))
            await lab.runner.waitForRuns(1)
            #expect(power(lab) == .off)
            lab.runner.end(job)
            _ = try await lab.finished(job)
        }
    }

    @Test func whoAskedForMoreKeepsItWithoutPower() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            let lease = try await lab.scheduler.extend(one, by: .seconds(3600), caller: "ann")
            _ = try await lab.scheduler.power(one, .off, by: "ann")
            #expect(power(lab) == .off)
            let standing = try await lab.store.reservations()
            #expect(standing == [lease])
        }
    }

    @Test func aLeaseThatSomebodyTookStaysWithoutPower() async throws {
        let lab = try await Lab()
        let wish = ReservationWish(board: one, length: .seconds(600), reason: "boot loader")
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish, by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            _ = try await lab.scheduler.power(one, .off, by: "ann")
            let standing = try await lab.store.reservations()
            #expect(standing == [lease])
        }
    }

    @Test func inMaintenanceNobodyHoldsIt() async throws {
        let lab = try await Lab()
        try await lab.store.setHealth(.maintenance, of: one, reason: "new cable")
        try await lab.running {
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            #expect(power(lab) == .on)
            let leases = try await lab.store.reservations()
            #expect(leases.isEmpty)
            _ = try await lab.scheduler.power(one, .off, by: "bob")
            #expect(power(lab) == .off)
        }
    }

    @Test func aRetiredBoardGetsNoPower() async throws {
        let lab = try await Lab()
        try await lab.store.setHealth(.retired, of: one, reason: "smoke")
        let refusal = await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .on, by: "ann") }
        #expect(refusal?.message == "the board one is Retired, and gets no power")
        #expect(lab.boards[0].model.commands.isEmpty)
        let off = try await lab.scheduler.power(one, .off, by: "ann")
        #expect(off == .off)
    }

    @Test func whoHoldsABoardThatIsRetiredSwitchesItOffOnly() async throws {
        let lab = try await Lab()
        let wish = ReservationWish(board: one, length: .seconds(600))
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish, by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            try await lab.scheduler.setHealth(.retired, of: one, reason: "smoke", caller: "eve")
            for change in [PowerChange.on, .cycle] {
                let refusal = await #expect(throws: Failure.self) {
                    try await lab.scheduler.power(one, change, by: "ann")
                }
                #expect(refusal?.message == "the board one is Retired, and gets no power")
            }
            #expect(lab.boards[0].model.commands.map(\.target) == [.on])
            let off = try await lab.scheduler.power(one, .off, by: "ann")
            #expect(off == .off && power(lab) == .off)
        }
    }

    /// Nobody holds what could not be switched on.
    @Test func aSwitchThatFailsLeavesNoLease() async throws {
        let lab = try await Lab()
        lab.boards[0].model.inject(.sticks)
        try await lab.running {
            await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .on, by: "ann") }
            while try await !lab.store.reservations().isEmpty { await Task.yield() }
            let board = try await lab.store.boards().first
            #expect(board?.state == .idle && power(lab) == .off)
        }
        let log = try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1)
        #expect(log.first?.reason?.hasPrefix("it could not be switched on: ") == true)
    }

    @Test func aLabThatLendsNoBoardsSwitchesAsBefore() async throws {
        let lab = try await Lab()
        let scheduler = Scheduler(
            store: lab.store, boards: ModelBoardRegistry(lab.boards), runner: lab.runner, catalog: ModelCatalog(),
            clock: lab.clock, epoch: try await lab.store.beginEpoch(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await scheduler.power(one, .on, by: "ann")
        let board = try await lab.store.boards().first
        #expect(board?.state == .idle && board?.reservation == nil && power(lab) == .on)
    }
}
