import LabModel
import LabSimulation
import LabStore
import Logging
import Synchronization
import Testing

@testable import LabScheduler

@Suite struct ScheduleKeeperTests {
    /// A keeper over a real store and a clock that stands still.
    private struct World: Sendable {
        let folder: TemporaryFolder
        let clock = VirtualClock()
        let store: SQLiteStore
        let keeper: ScheduleKeeper
        let refusal = Box()
        let detour = Detour()

        /// What the gate says of every text.
        final class Box: Sendable {
            let value = Mutex<Failure?>(nil)
        }

        /// What happens, once, while the gate looks at a text.
        final class Detour: Sendable {
            typealias Step = @Sendable () async -> Void

            private let step = Mutex<Step?>(nil)

            func set(_ body: @escaping Step) {
                step.withLock { $0 = body }
            }

            func take() -> Step? {
                step.withLock { step in
                    let body = step
                    step = nil
                    return body
                }
            }
        }

        init() async throws {
            folder = try TemporaryFolder()
            store = try SQLiteStore(path: folder.path + "/labd.db", clock: clock)
            let refusal = refusal
            let detour = detour
            keeper = ScheduleKeeper(
                book: store, jobs: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                admit: { text async throws(Failure) in
                    if let step = detour.take() { await step() }
                    if let failure = refusal.value.withLock({ $0 }) { throw failure }
                    // A matrix of two for one name.
                    return text == "text of both" ? [[.sample("a")], [.sample("b")]] : [[.sample(text)]]
                }, submitted: {})
        }

        func add(_ name: String, every seconds: Int64 = 3600, overlap: Schedule.Overlap = .skip) async throws {
            _ = try await keeper.add(
                ScheduleRequest(
                    name: name, rule: try ScheduleRule(every: .seconds(seconds)), definition: "text of \(name)",
                    overlap: overlap), by: "ann")
        }

        var jobs: [JobRecord] {
            get async throws { try await store.jobs(JobQuery(limit: 1000)).reversed() }
        }

        func events(_ kind: LabEvent.Kind) async throws -> [LabEvent] {
            try await store.events(after: 0, job: nil, limit: 1000).filter { $0.kind == kind }
        }
    }

    @Test func aJobIsSubmittedWhenItIsDueInTheNameOfWhoAsked() async throws {
        let world = try await World()
        try await world.add("nightly")
        #expect(await world.keeper.look() == .seconds(60))
        #expect(try await world.jobs.isEmpty)
        world.clock.advance(by: .seconds(3590))
        #expect(await world.keeper.look() == .seconds(10))
        world.clock.advance(by: .seconds(10))
        _ = await world.keeper.look()
        let jobs = try await world.jobs
        #expect(jobs.map(\.schedule) == ["nightly"] && jobs.map(\.submitter) == ["ann"])
        #expect(try await world.store.definition(of: jobs[0].id) == "text of nightly")
        _ = await world.keeper.look()
        #expect(try await world.jobs.count == 1, "once")
    }

    @Test func timesMissedAreMadeUpForOnce() async throws {
        let world = try await World()
        try await world.add("hourly")
        world.clock.advance(by: .seconds(10 * 3600 + 60))
        _ = await world.keeper.look()
        #expect(try await world.jobs.count == 1)
        let schedule = try #require(try await world.store.schedule("hourly"))
        #expect(schedule.next?.nanoseconds == schedule.created.nanoseconds + 11 * 3_600_000_000_000)
        #expect(schedule.last?.nanoseconds == schedule.created.nanoseconds + 3_600_000_000_000)
    }

    @Test func aTimeIsLeftOutWhileAnyJobOfAMatrixHasNotEnded() async throws {
        let world = try await World()
        try await world.add("both")
        world.clock.advance(by: .seconds(3600))
        _ = await world.keeper.look()
        let jobs = try await world.jobs
        #expect(jobs.map(\.name) == ["a", "b"])
        for (ended, left) in [(jobs[0], 2), (jobs[1], 4)] {
            _ = try await world.store.cancel(ended.id, by: "ann", reason: nil)
            world.clock.advance(by: .seconds(3600))
            _ = await world.keeper.look()
            #expect(try await world.jobs.count == left)
        }
    }

    @Test func aTimeIsLeftOutWhileTheLastJobHasNotEnded() async throws {
        let world = try await World()
        try await world.add("slow")
        try await world.add("eager", overlap: .queue)
        for _ in 0..<3 {
            world.clock.advance(by: .seconds(3600))
            _ = await world.keeper.look()
        }
        let jobs = try await world.jobs
        #expect(jobs.filter { $0.schedule == "slow" }.count == 1)
        #expect(jobs.filter { $0.schedule == "eager" }.count == 3)
        let skipped = try await world.events(.scheduleSkipped)
        #expect(skipped.count == 2)
        let slow = try #require(jobs.first { $0.schedule == "slow" })
        #expect(skipped[0].data["reason"]?.string == "job \(slow.id) of the last time is submitted yet")

        _ = try await world.store.cancel(slow.id, by: "ann", reason: nil)
        world.clock.advance(by: .seconds(3600))
        _ = await world.keeper.look()
        #expect(try await world.jobs.filter { $0.schedule == "slow" }.count == 2)
    }

    @Test func aTextThatHasBecomeInvalidIsToldAndTriedAgain() async throws {
        let world = try await World()
        try await world.add("broken")
        world.refusal.value.withLock { $0 = Failure(.job, "no board of type rpi4") }
        world.clock.advance(by: .seconds(3600))
        _ = await world.keeper.look()
        #expect(try await world.jobs.isEmpty)
        #expect(try await world.store.schedule("broken")?.lastFailure?.message == "no board of type rpi4")
        let events = try await world.events(.scheduleFailed)
        #expect(events.map { $0.data["error_msg"] } == ["no board of type rpi4"])

        world.refusal.value.withLock { $0 = nil }
        world.clock.advance(by: .seconds(3600))
        _ = await world.keeper.look()
        #expect(try await world.jobs.count == 1)
        #expect(try await world.store.schedule("broken")?.lastFailure == nil)
    }

    @Test func aPausedOneLetsItsTimesPass() async throws {
        let world = try await World()
        try await world.add("nightly")
        #expect(try await world.keeper.pause("nightly", true, by: "ann").isPaused)
        world.clock.advance(by: .seconds(5 * 3600))
        _ = await world.keeper.look()
        #expect(try await world.jobs.isEmpty)
        let resumed = try await world.keeper.pause("nightly", false, by: "ann")
        #expect(resumed.next?.nanoseconds == resumed.created.nanoseconds + 6 * 3_600_000_000_000)
        _ = await world.keeper.look()
        #expect(try await world.jobs.isEmpty, "what passed is not made up for")
    }

    @Test func runNowChangesNothingOfItsTimes() async throws {
        let world = try await World()
        try await world.add("nightly")
        let before = try await world.store.schedule("nightly")?.next
        let ids = try await world.keeper.runNow("nightly", by: "bob")
        #expect(try await world.jobs.map(\.id) == ids)
        #expect(try await world.store.schedule("nightly")?.next == before)
        #expect(try await world.jobs.first?.submitter == "ann", "it is ann's job, whoever starts it")
        world.refusal.value.withLock { $0 = Failure(.job, "wrong") }
        await #expect(throws: Failure.self) { try await world.keeper.runNow("nightly", by: "bob") }
    }

    @Test func runNowAtADueTimeDoesNotMakeItDueAgain() async throws {
        let world = try await World()
        try await world.add("nightly", overlap: .queue)
        world.clock.advance(by: .seconds(3600))
        // Its time is served while the run by hand has read the schedule and looks at its text.
        world.detour.set { _ = await world.keeper.look() }
        _ = try await world.keeper.runNow("nightly", by: "bob")
        #expect(try await world.jobs.count == 2, "one that was due, and one by hand")
        let schedule = try #require(try await world.store.schedule("nightly"))
        #expect(schedule.next?.nanoseconds == schedule.created.nanoseconds + 2 * 3_600_000_000_000)
        _ = await world.keeper.look()
        #expect(try await world.jobs.count == 2)
    }

    @Test func aPauseLeavesTheTimeAsItIs() async throws {
        let world = try await World()
        try await world.add("nightly")
        let next = try #require(try await world.store.schedule("nightly")?.next)
        #expect(try await world.store.pauseSchedule("nightly", true, next: nil))
        #expect(try await world.store.schedule("nightly")?.next == next)
        let later = WallTime(nanoseconds: next.nanoseconds + 1)
        #expect(try await world.store.pauseSchedule("nightly", false, next: later))
        #expect(try await world.store.schedule("nightly")?.next == later)
    }

    @Test func whatIsWrongIsRefusedWhenItIsAdded() async throws {
        let world = try await World()
        try await world.add("nightly")
        await #expect(throws: Failure.self) { try await world.add("nightly") }
        await #expect(throws: Failure.self) { try await world.add("no spaces") }
        await #expect(throws: Failure.self) {
            try await world.keeper.add(
                ScheduleRequest(
                    name: "lost", rule: try ScheduleRule(daily: "02:00"), zone: "Atlantis/Centre", definition: "t"),
                by: "ann")
        }
        world.refusal.value.withLock { $0 = Failure(.job, "wrong") }
        await #expect(throws: Failure.self) { try await world.add("another") }
        for call in [
            { _ = try await world.keeper.pause("other", true, by: "ann") },
            { _ = try await world.keeper.runNow("other", by: "ann") },
            { try await world.keeper.remove("other", by: "ann") },
        ] as [@Sendable () async throws -> Void] {
            await #expect(throws: Failure.self) { try await call() }
        }
        try await world.keeper.remove("nightly", by: "ann")
        #expect(try await world.keeper.schedules().isEmpty)
    }

    @Test func aTimeThatSomebodyElseServedIsNotServedTwice() async throws {
        let world = try await World()
        try await world.add("nightly")
        let due = try #require(try await world.store.schedule("nightly")?.next)
        let job = ScheduleOutcome.jobs([[.sample()]])
        let next = WallTime(nanoseconds: due.nanoseconds + 1)
        #expect(try await world.store.settle("nightly", due: due, next: next, job)?.count == 1)
        #expect(try await world.store.settle("nightly", due: due, next: next, job) == nil)
        #expect(try await world.jobs.count == 1)
    }

    @Test func itWakesByItselfAndEndsWithItsTask() async throws {
        let world = try await World()
        try await world.add("minutely", every: 60)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await world.keeper.run() }
            let commits = world.store.eventCommits()
            await world.clock.waitForSleepers()
            world.clock.advance(by: .seconds(60))
            for await _ in commits where try await !world.jobs.isEmpty { break }
            group.cancelAll()
        }
        #expect(try await world.jobs.count == 1)
    }
}
