import LabModel
import LabSimulation
import LabStore
import Synchronization
import Testing

@testable import LabScheduler

/// Jobs that a test made inside a closure.
final class Jobs: Sendable {
    private let state = Mutex<[JobID]>([])

    var all: [JobID] { state.withLock { $0 } }

    func set(_ jobs: [JobID]) {
        state.withLock { $0 = jobs }
    }
}

@Suite(.timeLimit(.minutes(5))) struct ControlTests {
    private let one = BoardName(rawValue: "one")

    @Test func aFreeBoardIsSwitchedByHand() async throws {
        let lab = try await Lab()
        try await lab.running {
            let on = try await lab.scheduler.power(one, .on, by: "ann")
            let off = try await lab.scheduler.power(one, .off, by: "ann")
            #expect([on, off] == [.on, .off])
        }
        let events = try await lab.store.events(after: 0, job: nil, limit: 100).filter { $0.kind == .power }
        #expect(events.map { $0.data["reason"]?.string }.prefix(2) == ["switched by ann", "switched by ann"])
        #expect(events.map { $0.data["state"]?.string } == ["on", "off", "off"], "the last is the rest of its lease")
    }

    @Test func aCycleKeepsTheBoardOffLongEnough() async throws {
        let lab = try await Lab(facts: PowerFacts(minimumOffTime: .seconds(4)))
        try await lab.running {
            // When boards were switched off before the scheduler began, nobody knows.
            await lab.clock.waitForSleepers()
            lab.clock.advance(by: .seconds(10))
            _ = try await lab.scheduler.power(one, .on, by: "ann")
            async let state = lab.scheduler.power(one, .cycle, by: "ann")
            // The look at the queue, the alarm of the lease, and the cycle.
            await lab.clock.waitForSleepers(3)
            await #expect(throws: Failure.self) { try await lab.scheduler.type("x", at: one, by: "bob") }
            lab.clock.advance(by: .seconds(4))
            let ended = try await state
            #expect(ended == .on)
        }
        #expect(lab.boards[0].model.commands.map(\.at.nanoseconds) == [10, 10, 14].map { $0 * 1_000_000_000 })
    }

    @Test func aBoardThatAJobHoldsIsLeftAlone() async throws {
        let lab = try await Lab()
        try await lab.running {
            let job = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let power = await #expect(throws: Failure.self) { try await lab.scheduler.power(one, .off, by: "ann") }
            #expect(power?.type == .job)
            #expect(power?.message == "the board one is not free: job \(job) holds it")
            await #expect(throws: Failure.self) { try await lab.scheduler.type("reboot\n", at: one, by: "ann") }
            lab.runner.end(job)
            _ = try await lab.finished(job)
        }
        #expect(lab.boards[0].model.commands.isEmpty)
    }

    @Test func textIsTypedAtAFreeBoard() async throws {
        let lab = try await Lab()
        let console = try #require(lab.boards[0].console as? SilentConsole)
        try await lab.running {
            try await lab.scheduler.type("help\n", at: one, by: "ann")
            await #expect(throws: Failure.self) {
                try await lab.scheduler.type(String(repeating: "x", count: 4097), at: one, by: "ann")
            }
        }
        #expect(console.typed == ["help\n"])
    }

    @Test func anUnknownBoardIsTold() async throws {
        let lab = try await Lab()
        await #expect(throws: Failure(.job, "there is no board named two")) {
            try await lab.scheduler.power(BoardName(rawValue: "two"), .on, by: "ann")
        }
    }
}
