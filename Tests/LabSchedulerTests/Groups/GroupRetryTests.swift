import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

/// What the lab does when it failed one job of a group.
@Suite(.timeLimit(.minutes(5))) struct GroupRetryTests {
    private let failure = JobOutcome(health: .incomplete, failure: Failure(.infrastructure, "the relay is gone"))

    private func submit(_ lab: Lab, essential: Bool = true) async throws -> [JobID] {
        let jobs = try await lab.store.submit(
            group: ["server", "client"].map {
                .sample(.sample($0, role: GroupRole(name: $0, isEssential: essential && $0 == "server")))
            })
        await lab.scheduler.jobWasSubmitted()
        return jobs
    }

    @Test func aGroupRunsAgainAsAWhole() async throws {
        let lab = try await Lab(["one": [], "two": [], "three": []], retries: 1)
        try await lab.running {
            let jobs = try await submit(lab)
            await lab.runner.waitForRuns(2)
            lab.runner.end(jobs[0], failure)
            await lab.runner.waitForRuns(4)
            #expect(lab.runner.active == Set(jobs))
            let first = try await lab.store.job(jobs[0])
            #expect(first?.attempt == 2 && first?.tried.count == 1)
            #expect(first?.board != first?.tried.first, "another board first")
            for job in jobs { lab.runner.end(job) }
            for job in jobs { #expect(try await lab.finished(job).health == .complete) }
        }
    }

    @Test func itsRetriesAreCounted() async throws {
        let lab = try await Lab(["one": [], "two": []], retries: 1)
        try await lab.running {
            let jobs = try await submit(lab)
            for runs in [2, 4] {
                await lab.runner.waitForRuns(runs)
                lab.runner.end(jobs[0], failure)
            }
            let first = try await lab.finished(jobs[0])
            #expect(first.health == .incomplete && first.failure?.message == "the relay is gone")
            #expect(try await lab.finished(jobs[1]).health == .canceled, "its essential job ended incomplete")
            #expect(lab.runner.runs.count == 4)
        }
    }

    @Test func whoAskedForTheEndGetsIt() async throws {
        let lab = try await Lab(["one": [], "two": []], retries: 1)
        try await lab.running {
            let jobs = try await submit(lab)
            await lab.runner.waitForRuns(2)
            _ = try await lab.scheduler.cancel(jobs[1], by: "ann", reason: nil)
            lab.runner.end(jobs[0], failure)
            for job in jobs { _ = try await lab.finished(job) }
            #expect(try await lab.store.job(jobs[1])?.health == .canceled)
        }
    }

    @Test func whatIsNotEssentialEndsAlone() async throws {
        let lab = try await Lab(["one": [], "two": []], retries: 1)
        try await lab.running {
            let jobs = try await submit(lab, essential: false)
            await lab.runner.waitForRuns(2)
            lab.runner.end(jobs[0], failure)
            #expect(try await lab.finished(jobs[0]).health == .incomplete)
            #expect(lab.runner.active == [jobs[1]])
            lab.runner.end(jobs[1])
            #expect(try await lab.finished(jobs[1]).health == .complete)
        }
    }
}
