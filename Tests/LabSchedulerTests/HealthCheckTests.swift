import LabModel
import LabSimulation
import LabStore
import Logging
import Testing

@testable import LabScheduler

@Suite(.timeLimit(.minutes(5))) struct HealthCheckTests {
    private let one = BoardName(rawValue: "one")

    @Test func aBoardProvesItselfBeforeItTakesJobs() async throws {
        let lab = try await Lab(checks: ModelChecks())
        try await lab.running {
            let job = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let check = try #require(lab.runner.active.first)
            #expect(check != job)
            let record = try #require(try await lab.store.job(check))
            #expect(record.isHealthCheck && record.requestedBoard == one && record.submitter == "lava-health")
            #expect(
                try await lab.scheduler.waitingReason(job)
                    == "the only board of type model, one, is being checked by its health check, job \(check); next in the queue"
            )
            lab.runner.end(check)
            await lab.runner.waitForRuns(2)
            #expect(lab.runner.active == [job])
            lab.runner.end(job)
            _ = try await lab.finished(job)
            let board = try await lab.store.boards()[0]
            #expect(board.health == .good && board.checked != nil && board.jobsSinceCheck == 1)
        }
        #expect(lab.runner.runs.count == 2, "the next check is due in a day")
    }

    @Test func aBoardThatFailsItsCheckIsBad() async throws {
        let lab = try await Lab(checks: ModelChecks())
        try await lab.running {
            let job = try await lab.submit(.sample())
            await lab.runner.waitForRuns(1)
            let check = try #require(lab.runner.active.first)
            lab.runner.end(check, JobOutcome(health: .incomplete, failure: Failure(.job, "no login")))
            _ = try await lab.finished(check)
            let board = try await lab.store.boards()[0]
            #expect(board.health == .bad)
            #expect(board.healthReason == "health check \(check) ended Incomplete")
            #expect(
                try await lab.scheduler.waitingReason(job)
                    == "no board of type model takes jobs: one is Bad (health check \(check) ended Incomplete)")
        }
        #expect(lab.runner.runs.count == 1)
    }

    @Test func aLoopingBoardIsCheckedWithoutEnd() async throws {
        let lab = try await Lab(checks: ModelChecks())
        try await lab.store.setHealth(.looping, of: one, reason: "soak")
        try await lab.running {
            _ = try await lab.submit(.sample())
            for round in 1...3 {
                await lab.runner.waitForRuns(round)
                let check = try #require(lab.runner.active.first)
                #expect(try await lab.store.job(check)?.isHealthCheck == true)
                let health: JobHealth = round == 2 ? .incomplete : .complete
                lab.runner.end(check, JobOutcome(health: health))
                _ = try await lab.finished(check)
                #expect(try await lab.store.boards()[0].health == .looping)
            }
        }
    }

    @Test func aCheckThatCannotRunMakesItsBoardBad() async throws {
        let lab = try await Lab(checks: ModelChecks(failure: Failure(.configuration, "no such file")))
        try await lab.running {
            let commits = lab.store.eventCommits()
            for await _ in commits where try await lab.store.boards()[0].health == .bad { break }
        }
        #expect(try await lab.store.boards()[0].healthReason == "its health check cannot run: no such file")
        #expect(lab.runner.runs.isEmpty)
    }

    @Test(arguments: BoardHealth.allCases)
    func whatACheckSaysOfABoard(before: BoardHealth) {
        let stays: Set<BoardHealth> = [.looping, .maintenance, .retired]
        #expect(before.after(healthCheck: .complete) == (stays.contains(before) ? before : .good))
        #expect(before.after(healthCheck: .incomplete) == (stays.contains(before) ? before : .bad))
        #expect(before.after(healthCheck: .canceled) == (stays.contains(before) ? before : .bad))
    }
}

/// The same check for every board.
private struct ModelChecks: HealthChecks {
    var failure: Failure?

    func rule(for board: BoardRecord) -> HealthRule? { HealthRule() }

    func job(for board: BoardRecord) async throws(Failure) -> NewJob {
        if let failure { throw failure }
        return NewJob(plan: .sample("check"), definition: "", submitter: "lava-health")
    }
}
