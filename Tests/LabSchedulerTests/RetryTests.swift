import LabModel
import LabSimulation
import LabStore
import Synchronization
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct RetryTests {
    private let broken = JobOutcome(health: .incomplete, failure: Failure(.infrastructure, "the console is gone"))

    @Test func anInfrastructureFailureIsTriedOnAnotherBoard() async throws {
        let lab = try await Lab(["one": [], "two": []], retries: 1)
        try await lab.running {
            let job = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            lab.runner.end(job, broken)
            await lab.runner.waitForRuns(2)
            #expect(lab.runner.runs.map(\.lease.board) == lab.boards.map(\.name))
            lab.runner.end(job, broken)
            let ended = try await lab.finished(job)
            #expect(ended.health == .incomplete && ended.attempt == 2 && ended.tried == [lab.boards[0].name])
            #expect(ended.failure == broken.failure)
        }
    }

    @Test func aTestFailureIsNeverRetried() async throws {
        let lab = try await Lab(["one": [], "two": []], retries: 5)
        try await lab.running {
            for (index, type) in ErrorType.allCases.filter({ $0 != .infrastructure }).enumerated() {
                let job = try await lab.submit(.sample())
                await lab.runner.waitForRuns(index + 1)
                lab.runner.end(job, JobOutcome(health: .incomplete, failure: Failure(type, "no")))
                #expect(try await lab.finished(job).attempt == 1, "\(type)")
            }
        }
    }

    /// Between the moment a job is back in the queue and the last word of the run before.
    @Test func theLastWordOfARunSaysNothingOfTheNext() async throws {
        let (words, word) = AsyncStream.makeStream(of: Void.self)
        let first = Mutex(true)
        let runner = RecordingRunner(whenEnded: { _ in
            let isFirst = first.withLock { first in
                defer { first = false }
                return first
            }
            if isFirst { for await _ in words { return } }
        })
        let lab = try await Lab(["one": [], "two": []], runner: runner, retries: 1)
        try await lab.running {
            let job = try await lab.submit(.sample())
            await runner.waitForRuns(1)
            runner.end(job, broken)
            await runner.waitForRuns(2)
            word.yield()
            // Somebody else's turn on the board that is free only then.
            let other = try await lab.submit(.sample())
            await runner.waitForRuns(3)
            #expect(runner.active == [job, other], "the second run goes on")
            _ = try await lab.scheduler.cancel(job, by: "ann", reason: nil)
            let ended = try await lab.finished(job)
            #expect(ended.health == .canceled && ended.attempt == 2)
            runner.end(other)
            _ = try await lab.finished(other)
        }
    }

    @Test func theJobsOwnNumberCounts() async throws {
        let lab = try await Lab(retries: 5)
        try await lab.running {
            let job = try await lab.submit(.sample(retries: 0))
            await lab.runner.waitForRuns(1)
            lab.runner.end(job, broken)
            #expect(try await lab.finished(job).attempt == 1)
        }
    }
}
