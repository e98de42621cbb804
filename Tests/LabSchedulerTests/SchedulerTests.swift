import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct SchedulerTests {
    @Test func oneBoardServesByPriorityThenAge() async throws {
        let lab = try await Lab()
        let low = try await lab.store.submit(.sample(.sample("low", priority: 0)))
        let first = try await lab.store.submit(.sample(.sample("first")))
        let second = try await lab.store.submit(.sample(.sample("second")))
        let high = try await lab.store.submit(.sample(.sample("high", priority: 100)))
        try await lab.running {
            for (index, job) in [high, first, second, low].enumerated() {
                await lab.runner.waitForRuns(index + 1)
                #expect(lab.runner.active == [job])
                lab.runner.end(job)
                let ended = try await lab.finished(job)
                #expect(ended.health == .complete)
            }
        }
    }

    @Test func severalBoardsRunAtOnce() async throws {
        let lab = try await Lab(["one": [], "two": [], "three": ["usb"]])
        try await lab.running {
            let plain = [try await lab.submit(.sample()), try await lab.submit(.sample())]
            let tagged = try await lab.submit(.sample(tags: ["usb"]))
            let waiting = try await lab.submit(.sample())
            await lab.runner.waitForRuns(3)
            #expect(lab.runner.active == Set(plain + [tagged]))
            #expect(try await lab.store.job(tagged)?.board == lab.boards[1].name, "boards are sorted by name")
            #expect(
                try await lab.scheduler.waitingReason(waiting) == "3 of 3 model boards are busy; next in the queue")
            lab.runner.end(plain[0])
            await lab.runner.waitForRuns(4)
            for job in lab.runner.active { lab.runner.end(job) }
            _ = try await lab.finished(waiting)
        }
        #expect(Set(lab.runner.runs.map(\.lease.board)).count == 3)
        #expect(try await lab.store.leases().isEmpty)
    }

    @Test func aWaitingJobIsCanceledAtOnce() async throws {
        let lab = try await Lab()
        let job = try await lab.store.submit(.sample(.sample(tags: ["nowhere"])))
        try await lab.running {
            let state = try await lab.scheduler.cancel(job, by: "ann", reason: "wrong")
            let none = try await lab.scheduler.cancel(JobID(rawValue: 99), by: "ann", reason: nil)
            #expect([state, none] == [.finished, nil])
        }
        #expect(try await lab.store.job(job)?.failure == Failure(.canceled, "canceled by ann: wrong"))
        #expect(lab.runner.runs.isEmpty)
    }

    @Test func aRunningJobIsCanceledAndItsBoardFreed() async throws {
        let lab = try await Lab()
        try await lab.running {
            let job = try await lab.submit(.sample())
            let other = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            #expect(try await lab.scheduler.cancel(job, by: "ann", reason: nil) == .canceling)
            let ended = try await lab.finished(job)
            #expect(ended.health == .canceled)
            #expect(ended.failure?.message == "canceled by ann")
            await lab.runner.waitForRuns(2)
            #expect(lab.runner.active == [other])
            lab.runner.end(other)
            #expect(try await lab.finished(other).health == .complete)
        }
        #expect(lab.boards[0].rests == 2)
    }

    @Test func theQueueTimeoutCancels() async throws {
        let lab = try await Lab()
        try await lab.running {
            let patient = try await lab.submit(.sample(tags: ["nowhere"], queueTimeout: .seconds(600)))
            let hasty = try await lab.submit(.sample(tags: ["nowhere"], queueTimeout: .seconds(60)))
            // One alarm for the first deadline seen, one for the earlier one.
            while try await lab.store.job(hasty)?.state != .finished {
                await lab.clock.waitForSleepers()
                if lab.clock.monotonic() < MonotonicTime(nanoseconds: 60_000_000_000) {
                    lab.clock.advance(by: .seconds(60))
                }
                await Task.yield()
            }
            let ended = try await lab.finished(hasty)
            #expect(ended.health == .canceled)
            #expect(
                ended.failure?.message
                    == "canceled by labd: no board became free within 60 s (timeouts: queue)")
            #expect(try await lab.store.job(patient)?.state == .submitted)
        }
    }

    @Test(
        arguments: [
            (.infrastructure, .unknown), (.configuration, .unknown), (.bug, .unknown), (.job, .good), (.test, .good),
        ] as [(ErrorType, BoardHealth)])
    func failuresOfTheLabMakeABoardsHealthUnknown(type: ErrorType, health: BoardHealth) async throws {
        let lab = try await Lab()
        try await lab.running {
            let job = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            lab.runner.end(job, JobOutcome(health: .incomplete, failure: Failure(type, "went wrong")))
            #expect(try await lab.finished(job).failure?.type == type)
        }
        #expect(try await lab.store.boards().first?.health == health)
    }

    @Test func aBoardThatCannotRestIsBad() async throws {
        let lab = try await Lab()
        lab.boards[0].failRest(with: Failure(.infrastructure, "relay stuck"))
        try await lab.running {
            let job = try await lab.submit(.sample())
            let next = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            lab.runner.end(job)
            _ = try await lab.finished(job)
            #expect(
                try await lab.scheduler.waitingReason(next)
                    == "no board of type model takes jobs: one is Bad (cannot be put to rest: relay stuck)")
            // Mended and trusted again, without anybody telling the scheduler.
            lab.boards[0].failRest(with: nil)
            try await lab.store.setHealth(.good, of: lab.boards[0].name, reason: nil)
            await lab.runner.waitForRuns(2)
            lab.runner.end(next)
            _ = try await lab.finished(next)
        }
    }

    @Test func aRunnerThatLeavesPowerOnIsCleanedUpAfter() async throws {
        let runner = RecordingRunner { _, board in
            do throws(Failure) {
                try await board.power.set(.on)
                return JobOutcome(health: .complete)
            } catch {
                return JobOutcome(health: .incomplete, failure: error)
            }
        }
        let lab = try await Lab(runner: runner)
        try await lab.running {
            let ended = try await lab.finished(try await lab.submit(.sample()))
            #expect(ended.health == .complete)
        }
        #expect(lab.boards[0].model.commands.map(\.target) == [.on, .off])
        #expect(try await lab.store.boards().first?.power == .off)
        #expect(try await lab.store.unresolvedIntents().isEmpty)
    }

    @Test func tidyingUpMayTakeItsTimeWhenTheLabStops() async throws {
        let lab = try await Lab()
        let inner = lab.boards[0]
        let slow = SlowToRest(inner: inner, clock: lab.clock)
        let scheduler = Scheduler(
            store: lab.store, boards: OneBoard(slow), runner: lab.runner, catalog: ModelCatalog(), clock: lab.clock,
            epoch: lab.epoch, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let job = try await lab.store.submit(.sample())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.run() }
            await lab.runner.waitForRuns(1)
            await scheduler.stop()
            // One of them is the scheduler's own pulse.
            await lab.clock.waitForSleepers(2)
            lab.clock.advanceToEarliestSleeper()
        }
        #expect(inner.rests == 1, "the wait inside was not cancelled")
        #expect(try await lab.store.job(job)?.state == .submitted)
        #expect(try await lab.store.boards().first?.health == .good)
    }

    @Test func stoppingPutsRunningJobsBackIntoTheQueue() async throws {
        let lab = try await Lab()
        let jobs = Jobs()
        try await lab.running {
            let job = try await lab.submit(.sample())
            let waiting = try await lab.submit(.sample())
            jobs.set([job, waiting])
            await lab.runner.waitForRuns(1)
        }
        #expect(try await lab.store.queue().map(\.id) == jobs.all)
        #expect(try await lab.store.job(jobs.all[0])?.attempt == 1)
        #expect(lab.boards[0].rests == 1)
        #expect(lab.runner.runs.count == 1)
    }

    @Test func cancellingTheServiceStopsItToo() async throws {
        let lab = try await Lab()
        let job = try await lab.store.submit(.sample())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lab.scheduler.run() }
            await lab.runner.waitForRuns(1)
            group.cancelAll()
        }
        #expect(try await lab.store.job(job)?.state == .submitted)
        #expect(try await lab.store.leases().isEmpty)
    }
}

/// A board that needs a moment before it is at rest.
private struct SlowToRest: Board {
    let inner: ModelBoard
    let clock: VirtualClock

    var name: BoardName { inner.name }
    var definition: BoardDefinition { inner.definition }
    var power: any PowerControl { inner.power }
    var console: any Console { inner.console }
    var bootMedium: (any BootMedium)? { nil }

    func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        try await inner.prepare(preparation)
    }

    func rest() async throws(Failure) {
        do {
            try await clock.sleep(for: .seconds(1))
        } catch {
            throw Failure(.canceled, "canceled")
        }
        try await inner.rest()
    }
}

private struct OneBoard: BoardRegistry {
    let only: any Board

    init(_ board: any Board) {
        only = board
    }

    var names: [BoardName] { [only.name] }

    func board(_ name: BoardName) -> (any Board)? {
        name == only.name ? only : nil
    }
}
