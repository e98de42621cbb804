import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct LeaseTests {
    private let one = BoardName(rawValue: "one")

    private func wish(_ seconds: Int64 = 1000, keepAlive: Int64? = nil) -> ReservationWish {
        ReservationWish(
            board: one, length: .seconds(seconds), reason: "boot loader", keepAlive: keepAlive.map { .seconds($0) })
    }

    private func power(_ lab: Lab) -> PowerState { lab.boards[0].model.truth }

    private func failure(_ body: @Sendable () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    // MARK: - Holders

    @Test func aJobWaitsForALentBoardAndSaysWhy() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(), by: "ann")
            let job = try await lab.submit(.sample())
            let reason = try await lab.scheduler.waitingReason(job)
            #expect(reason?.contains("ann holds it since \(lease.granted.minute)") == true, "\(reason ?? "")")
            #expect(reason?.contains("until \(lease.expires.minute.suffix(5)) UTC") == true)
            #expect(reason?.contains("boot loader") == true)
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            #expect(power(lab) == .on)
            _ = try await lab.scheduler.release(one, reason: nil, caller: "ann")
            #expect(power(lab) == .off, "a board that is given back goes to rest")
            await lab.runner.waitForRuns(1)
            lab.runner.end(job)
            #expect(try await lab.finished(job).health == .complete)
        }
    }

    @Test func nobodyElseCommandsALentBoard() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(), by: "ann")
            let refusal = await #expect(throws: Failure.self) {
                try await lab.scheduler.power(one, .on, by: "bob")
            }
            #expect(refusal?.type == .job)
            #expect(refusal?.message.hasPrefix("the board one is not free: ann holds it since") == true)
            #expect(refusal?.advice?.contains("lablctl kick one") == true)
            for stale in [Caller("ann", leases: [LeaseID(rawValue: 99)]), Caller("bob", leases: [lease.id])] {
                await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .on, by: stale) }
                await #expect(throws: Failure.self) { try await lab.scheduler.type("x", at: one, by: stale) }
                await #expect(throws: Failure.self) {
                    try await lab.scheduler.extend(one, by: .seconds(9), caller: stale)
                }
                await #expect(throws: Failure.self) { try await lab.scheduler.release(one, reason: nil, caller: stale) }
            }
            #expect(power(lab) == .off)
            _ = try await lab.scheduler.power(one, .on, by: Caller("ann", leases: [lease.id]))
            #expect(power(lab) == .on)
            let again = await #expect(throws: Failure.self) { try await lab.scheduler.reserve(wish(), by: "ann") }
            #expect(again?.message.contains("you hold it already") == true)
        }
    }

    @Test func aLeaseThatIsNamedMustStand() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(), by: "ann")
            _ = try await lab.scheduler.release(one, reason: nil, caller: "ann")
            let stale = Caller("ann", leases: [lease.id])
            let refusal = await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .on, by: stale) }
            #expect(
                refusal?.message
                    == "the board one is not free for lease \(lease.id), which has ended; nobody holds it")
            let second = try await lab.scheduler.reserve(wish(), by: "ann")
            let other = await #expect(throws: Failure.self) {
                try await lab.scheduler.release(one, reason: nil, caller: stale)
            }
            #expect(other?.message.contains("not free for lease \(lease.id), which has ended") == true)
            #expect(try await lab.store.reservations() == [second])
        }
    }

    @Test func anHeirGoesOnWithTheBoardAsItIs() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish(), by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            let heir = try await lab.scheduler.handOver(one, to: "bob", reason: "night shift", caller: "ann")
            #expect(heir.holder == "bob" && power(lab) == .on)
            await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .off, by: "ann") }
            _ = try await lab.scheduler.power(one, .off, by: "bob")
            #expect(power(lab) == .off)
        }
    }

    @Test func aBoardThatIsTakenBackGoesToNobodyElse() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(), by: "ann")
            _ = try await lab.scheduler.kick(one, reason: "demo", grace: .seconds(120), caller: "eve")
            let refusal = await #expect(throws: Failure.self) {
                try await lab.scheduler.handOver(one, to: "bob", reason: nil, caller: "ann")
            }
            #expect(refusal?.type == .job && refusal?.advice == "ask eve")
            #expect(refusal?.message.hasPrefix("the board one is not free for bob: eve takes it back at") == true)
            let standing = try await lab.store.reservations()
            #expect(standing.map(\.id) == [lease.id] && standing.first?.notice?.by == "eve")
            let given = try await lab.scheduler.handOver(one, to: "eve", reason: nil, caller: "ann")
            #expect(given.holder == "eve" && given.notice == nil, "who wanted it has it")
            #expect(given.expires == lease.expires)
        }
    }

    // MARK: - Ends

    @Test func anExpiredLeaseIsWarnedOfAndItsBoardGoesToRest() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(1000), by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            let job = try await lab.submit(.sample())
            // The look at the queue, and the alarm of the lease.
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(900))
            try await lab.untilLogged(one, .leaseWarning)
            #expect(try await lab.store.reservations().first?.isWarned == true)
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(100))
            await lab.runner.waitForRuns(1)
            #expect(power(lab) == .off)
            let log = try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1)
            #expect(log.first?.ending == .expired && log.first?.lease == lease.id && log.first?.by == "labd")
            lab.runner.end(job)
            _ = try await lab.finished(job)
        }
    }

    @Test func anExtendedLeaseStandsLonger() async throws {
        let lab = try await Lab()
        try await lab.running {
            let lease = try await lab.scheduler.reserve(wish(1000), by: "ann")
            let longer = try await lab.scheduler.extend(one, by: .seconds(500), caller: "ann")
            #expect(longer.expires == lease.expires.advanced(by: .seconds(500)))
            await #expect(throws: Failure.self) {
                try await lab.scheduler.extend(one, by: .seconds(31 * 86_400), caller: "ann")
            }
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(1400))
            try await lab.untilLogged(one, .leaseWarning)
            #expect(try await lab.store.reservations().first?.ending == nil)
        }
    }

    @Test func aVanishedHolderLosesTheBoard() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish(keepAlive: 60), by: "ci")
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(50))
            _ = try await lab.scheduler.keepAlive(one, caller: "ci")
            // A command is a sign of life too.
            lab.clock.advance(by: .seconds(50))
            _ = try await lab.scheduler.power(one, .on, by: "ci")
            #expect(try await lab.store.reservations().first?.ending == nil)
            lab.clock.advance(by: .seconds(59))
            #expect(try await lab.store.reservations().first?.ending == nil)
            while try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1).isEmpty {
                lab.clock.advance(by: .seconds(1))
                await Task.yield()
            }
            try await lab.untilIdle(one)
            #expect(power(lab) == .off)
            #expect(try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1).first?.ending == .silent)
        }
    }

    @Test func aKickGivesTimeAndThenTakesTheBoard() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish(), by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            let told = try await lab.scheduler.kick(one, reason: "demo", grace: .seconds(120), caller: "eve")
            #expect(told.notice?.by == "eve" && told.ending == nil)
            let longer = await #expect(throws: Failure.self) {
                try await lab.scheduler.extend(one, by: .seconds(500), caller: "ann")
            }
            #expect(longer?.message.contains("is not free for longer: eve takes it back at") == true)
            _ = try await lab.scheduler.power(one, .cycle, by: "ann")
            await lab.clock.waitForSleepers(2)
            lab.clock.advance(by: .seconds(120))
            try await lab.untilIdle(one)
            #expect(power(lab) == .off)
            let end = try await lab.store.boardLog(of: one, kinds: [.leaseEnded], limit: 1).first
            #expect(end?.ending == .kicked && end?.by == "eve" && end?.reason == "demo" && end?.holder == "ann")
            let nobody = await #expect(throws: Failure.self) {
                try await lab.scheduler.kick(one, reason: "demo", grace: .zero, caller: "eve")
            }
            #expect(nobody?.message == "nobody holds the board one")
        }
    }

    @Test func aKickInTheMiddleOfACommandStopsIt() async throws {
        let lab = try await Lab(facts: PowerFacts(minimumOffTime: .seconds(600)))
        try await lab.running {
            // The scheduler has begun: off times count from there.
            await lab.clock.waitForSleepers(1)
            _ = try await lab.scheduler.reserve(wish(), by: "ann")
            lab.clock.advance(by: .seconds(600))
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            async let cycle = failure { _ = try await lab.scheduler.power(one, .cycle, by: "ann") }
            // The queue, the lease, and the board that has to stay off.
            await lab.clock.waitForSleepers(3)
            _ = try await lab.scheduler.kick(one, reason: "demo", grace: .zero, caller: "eve")
            let stopped = await cycle
            #expect(stopped?.type == .canceled && stopped?.message.contains("ended meanwhile") == true)
            #expect(try await lab.store.boards().first?.state == .idle)
            #expect(power(lab) == .off)
        }
    }

    @Test func aBoardInMaintenanceKeepsItsPower() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish(), by: "ann")
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            try await lab.scheduler.setHealth(.maintenance, of: one, reason: "probing", caller: "ann")
            _ = try await lab.scheduler.release(one, reason: nil, caller: "ann")
            #expect(power(lab) == .on)
            try await lab.scheduler.setHealth(.good, of: one, reason: nil, caller: "ann")
            #expect(power(lab) == .off, "out of maintenance nobody holds it")
        }
    }

    @Test func aBoardThatCannotGoToRestIsNotTrusted() async throws {
        let lab = try await Lab()
        try await lab.running {
            _ = try await lab.scheduler.reserve(wish(), by: "ann")
            lab.boards[0].failRest(with: Failure(.infrastructure, "the relay is gone"))
            _ = try await lab.scheduler.release(one, reason: nil, caller: "ann")
            let board = try await lab.store.boards().first
            #expect(board?.health == .bad && board?.healthReason == "cannot be put to rest: the relay is gone")
            #expect(board?.state == .idle)
        }
    }

    // MARK: - Restarts

    private func restarted(_ lab: Lab) async throws -> Scheduler {
        let epoch = try await lab.store.beginEpoch()
        let scheduler = Scheduler(
            store: lab.store, boards: ModelBoardRegistry(lab.boards), runner: lab.runner, catalog: ModelCatalog(),
            clock: lab.clock, epoch: epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            leases: lab.store)
        try await Recovery(
            store: lab.store, boards: ModelBoardRegistry(lab.boards), clock: lab.clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).run(epoch: epoch)
        await scheduler.settleLeases()
        return scheduler
    }

    @Test func aLeaseStandsOverARestart() async throws {
        let lab = try await Lab()
        let lease = try await lab.scheduler.reserve(wish(), by: "ann")
        _ = try await lab.scheduler.power(one, .on, by: "ann")
        lab.clock.advance(by: .seconds(800))
        let scheduler = try await restarted(lab)
        #expect(power(lab) == .on, "a restart moves no relay")
        #expect(try await scheduler.reservations() == [lease])
        _ = try await scheduler.power(one, .off, by: "ann")
        _ = try await scheduler.release(one, reason: nil, caller: Caller("ann", leases: [lease.id]))
        #expect(try await lab.store.boards().first?.state == .idle)
    }

    @Test func aLeaseThatExpiredMeanwhileLeavesTheBoardAtRest() async throws {
        let lab = try await Lab()
        _ = try await lab.scheduler.reserve(wish(), by: "ann")
        _ = try await lab.scheduler.power(one, .on, by: "ann")
        lab.clock.advance(by: .seconds(1001))
        _ = try await restarted(lab)
        #expect(power(lab) == .off)
        #expect(try await lab.store.reservations().isEmpty)
        #expect(try await lab.store.boards().first?.state == .idle)
    }

    @Test func anEndInTheMiddleIsConcluded() async throws {
        let lab = try await Lab()
        let lease = try await lab.scheduler.reserve(wish(), by: "ann")
        _ = try await lab.scheduler.power(one, .on, by: "ann")
        // Killed between the end and the board's rest.
        _ = try await lab.store.change(lease.id, .end(.released), by: "ann", reason: nil)
        _ = try await restarted(lab)
        #expect(power(lab) == .off)
        #expect(try await lab.store.boards().first?.state == .idle)
    }

    @Test func aBoardThatIsGoneIsRestedWhenItComesBack() async throws {
        let lab = try await Lab(["one": [], "two": []])
        _ = try await lab.scheduler.reserve(wish(), by: "ann")
        lab.clock.advance(by: .seconds(1001))
        let epoch = try await lab.store.beginEpoch()
        let scheduler = Scheduler(
            store: lab.store, boards: ModelBoardRegistry([lab.boards[1]]), runner: lab.runner,
            catalog: ModelCatalog(), clock: lab.clock, epoch: epoch,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, leases: lab.store)
        await scheduler.settleLeases()
        #expect(try await lab.store.unresolvedIntents().map(\.board) == [one])
        #expect(try await lab.store.reservations().isEmpty)
    }

    // MARK: - The line

    @Test func whoWaitsGoesBeforeJobs() async throws {
        let lab = try await Lab()
        try await lab.running {
            let first = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let second = try await lab.submit(.sample())
            let place = try await lab.scheduler.standInLine(wish(), by: "ann")
            #expect(try await lab.scheduler.take(place) == nil)
            #expect(
                try await lab.scheduler.waitingReason(place) == "the board one is not free: job \(first) holds it")
            lab.runner.end(first)
            for await _ in place.offers { break }
            let lease = try #require(try await lab.scheduler.take(place))
            #expect(lease.holder == "ann")
            await lab.scheduler.leave(place)
            #expect(try await lab.store.job(second)?.state == .submitted)
            _ = try await lab.scheduler.release(one, reason: nil, caller: "ann")
            await lab.runner.waitForRuns(2)
            lab.runner.end(second)
            _ = try await lab.finished(second)
        }
    }

    @Test(arguments: [BoardHealth.bad, .looping, .maintenance])
    func aBoardThatIsGoodAgainGoesToWhoWaitsFirst(before: BoardHealth) async throws {
        let lab = try await Lab(["one": [], "two": []])
        try await lab.store.setHealth(before, of: one, reason: "smoke")
        try await lab.running {
            let first = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let second = try await lab.submit(.sample())
            let any = ReservationWish(type: DeviceTypeName(rawValue: "model"))
            let place = try await lab.scheduler.standInLine(any, by: "bob")
            #expect(try await lab.scheduler.take(place) == nil)
            try await lab.scheduler.setHealth(.good, of: one, reason: "mended", caller: "eve")
            let lease = try #require(try await lab.scheduler.take(place))
            #expect(lease.board == one && lease.holder == "bob")
            await lab.scheduler.leave(place)
            #expect(try await lab.store.job(second)?.state == .submitted)
            lab.runner.end(first)
            await lab.runner.waitForRuns(2)
            lab.runner.end(second)
            _ = try await lab.finished(second)
        }
    }

    @Test func anOfferThatNobodyTakesGoesOn() async throws {
        let lab = try await Lab()
        try await lab.running {
            let first = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let second = try await lab.submit(.sample())
            let place = try await lab.scheduler.standInLine(wish(), by: "ann")
            lab.runner.end(first)
            for await _ in place.offers { break }
            await lab.scheduler.leave(place)
            await lab.runner.waitForRuns(2)
            lab.runner.end(second)
            _ = try await lab.finished(second)
        }
    }

    @Test func aTypeGivesAnyFreeBoard() async throws {
        let lab = try await Lab(["one": [], "two": ["usb"]])
        try await lab.running {
            let any = ReservationWish(type: DeviceTypeName(rawValue: "model"))
            let plain = try await lab.scheduler.reserve(any, by: "ann")
            #expect(plain.board == one, "the one whose tags nobody asked for")
            let tagged = try await lab.scheduler.reserve(
                ReservationWish(type: DeviceTypeName(rawValue: "model"), tags: ["usb"]), by: "bob")
            #expect(tagged.board == BoardName(rawValue: "two"))
            let none = await #expect(throws: Failure.self) { try await lab.scheduler.reserve(any, by: "cid") }
            #expect(none?.message.hasPrefix("none of the 2 boards of type model is free") == true)
            let unknown = await #expect(throws: Failure.self) {
                try await lab.scheduler.reserve(ReservationWish(type: DeviceTypeName(rawValue: "nope")), by: "cid")
            }
            #expect(unknown?.message == "no board of type nope is there that takes jobs")
        }
    }

    // MARK: - Boards of failed jobs

    private static let failing = RecordingRunner { run, board in
        try? await board.prepare(
            BoardPreparation(job: run.lease.job, profile: DeviceProfile(type: board.definition.type), workspace: "/w"))
        try? await board.power.set(.on)
        return JobOutcome(
            health: .incomplete, failure: Failure(.job, "no login"), keepsBoard: run.plan.holdOnFailure != nil)
    }

    @Test func aFailedJobsBoardIsKeptForItsSubmitter() async throws {
        let lab = try await Lab(runner: Self.failing)
        try await lab.running {
            let job = try await lab.submit(.sample(holdOnFailure: .seconds(1800)))
            let ended = try await lab.finished(job)
            #expect(ended.health == .incomplete)
            let lease = try #require(try await lab.store.reservations().first)
            #expect(lease.holder == "tester" && lease.purpose == .hold && lease.job == job)
            #expect(lease.expires.duration(since: lease.granted) == .seconds(1800))
            #expect(lease.reason == "job \(job) failed: no login")
            #expect(power(lab) == .on)
            _ = try await lab.scheduler.power(one, .cycle, by: "tester")
            _ = try await lab.scheduler.release(one, reason: nil, caller: "tester")
            #expect(power(lab) == .off)
            #expect(try await lab.store.boards().first?.state == .idle)
        }
    }

    @Test func aKeptBoardIsItsHoldersBeforeTheLastWordOfTheRun() async throws {
        let (words, word) = AsyncStream.makeStream(of: Void.self)
        let runner = RecordingRunner(
            { run, board in
                try? await board.power.set(.on)
                return JobOutcome(health: .incomplete, failure: Failure(.job, "no login"), keepsBoard: true)
            }, whenEnded: { _ in for await _ in words { return } })
        let lab = try await Lab(runner: runner)
        try await lab.running {
            let job = try await lab.submit(.sample(holdOnFailure: .seconds(1800)))
            _ = try await lab.finished(job)
            let other = await #expect(throws: Failure.self) {
                try await lab.scheduler.power(one, .off, by: "eve")
            }
            #expect(other?.message.contains("tester") == true)
            let switched = Task { try await lab.scheduler.power(one, .cycle, by: "tester") }
            word.yield()
            #expect(try await switched.value == .on)
        }
    }

    @Test func aFailedJobThatKeepsNothingLeavesTheBoardAtRest() async throws {
        let lab = try await Lab(runner: Self.failing)
        try await lab.running {
            let job = try await lab.submit(.sample())
            _ = try await lab.finished(job)
            #expect(try await lab.store.reservations().isEmpty)
            #expect(power(lab) == .off)
        }
    }

    @Test func aCanceledJobsBoardIsNotKept() async throws {
        let lab = try await Lab(
            runner: RecordingRunner { run, board in
                try? await board.power.set(.on)
                while !Task.isCancelled { await Task.yield() }
                return JobOutcome(health: .incomplete, failure: Failure(.job, "no login"), keepsBoard: true)
            })
        try await lab.running {
            let job = try await lab.submit(.sample(holdOnFailure: .seconds(1800)))
            _ = try await lab.job(job) { $0.state == .running }
            _ = try await lab.scheduler.cancel(job, by: "ann", reason: nil)
            #expect(try await lab.finished(job).health == .canceled)
            #expect(try await lab.store.reservations().isEmpty)
            #expect(power(lab) == .off)
        }
    }

    @Test func aGroupEndsWithItsMemberWhoseBoardIsKept() async throws {
        let lab = try await Lab(
            ["one": [], "two": []],
            runner: RecordingRunner { run, board in
                try? await board.power.set(.on)
                if run.plan.holdOnFailure != nil {
                    return JobOutcome(health: .incomplete, failure: Failure(.job, "no login"), keepsBoard: true)
                }
                while !Task.isCancelled { await Task.yield() }
                return JobOutcome(health: .canceled, failure: Failure(.canceled, "canceled"))
            })
        try await lab.running {
            let jobs = ["server", "client"].map { name in
                let isServer = name == "server"
                return NewJob.sample(
                    .sample(
                        name, role: GroupRole(name: name, isEssential: isServer),
                        holdOnFailure: isServer ? .seconds(1800) : nil))
            }
            let ids = try await lab.store.submit(group: jobs)
            await lab.scheduler.jobWasSubmitted()
            #expect(try await lab.finished(ids[0]).health == .incomplete)
            #expect(try await lab.finished(ids[1]).health == .canceled)
            #expect(try await lab.store.reservations().map(\.job) == [ids[0]])
        }
    }

    // MARK: - The fence

    @Test func aStaleGenerationSwitchesNothing() async throws {
        let lab = try await Lab()
        let lease = try await lab.scheduler.reserve(wish(), by: "ann")
        let stale = JournaledPower(
            lab.boards[0].model, board: one, job: nil, reason: "test", journal: lab.store, clock: lab.clock,
            times: SwitchTimes(start: lab.clock.monotonic()), arrears: Arrears(), lease: lease.generation,
            fence: lab.store)
        try await stale.set(.on)
        _ = try await lab.scheduler.handOver(one, to: "bob", reason: nil, caller: "ann")
        for target in [PowerTarget.off, .on] {
            let refusal = await #expect(throws: Failure.self) { try await stale.set(target) }
            #expect(refusal?.type == .canceled)
        }
        await #expect(throws: Failure.self) { _ = try await stale.prepareCut() }
        #expect(lab.boards[0].model.commands.map(\.target) == [.on])
    }
}

extension Lab {
    /// Returns once the board's log has an entry of this kind.
    func untilLogged(_ board: BoardName, _ kind: LabEvent.Kind) async throws {
        let commits = store.eventCommits()
        if try await !store.boardLog(of: board, kinds: [kind], limit: 1).isEmpty { return }
        for await _ in commits where try await !store.boardLog(of: board, kinds: [kind], limit: 1).isEmpty { return }
    }

    /// Returns once nobody holds the board.
    func untilIdle(_ board: BoardName) async throws {
        let commits = store.eventCommits()
        func isIdle() async throws -> Bool {
            try await store.boards().first { $0.name == board }?.state == .idle
        }
        if try await isIdle() { return }
        for await _ in commits where try await isIdle() { return }
    }
}
