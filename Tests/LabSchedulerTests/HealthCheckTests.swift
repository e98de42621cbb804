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
                    == "the only board of type model, one, is busy with job \(check); next in the queue")
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

@Suite(.timeLimit(.minutes(5))) struct GroupRunTests {
    @Test func twoGroupsThatWantEachOthersBoardsBothFinish() async throws {
        let lab = try await Lab(["one": [], "two": []])
        try await lab.running {
            for round in 0..<100 {
                async let first = lab.group(["a", "b"])
                async let second = lab.group(["c", "d"])
                let groups = try await [first, second]
                for run in 1...2 {
                    await lab.runner.waitForRuns(4 * round + 2 * run)
                    let running = lab.runner.active
                    #expect(groups.contains { Set($0) == running }, "a whole group, and no other")
                    for job in running { lab.runner.end(job) }
                    for job in running {
                        let ended = try await lab.finished(job)
                        #expect(ended.health == .complete)
                    }
                }
            }
        }
    }

    @Test func aJobRunsAfterWhatItNeeds() async throws {
        let lab = try await Lab(["one": [], "two": []])
        try await lab.running {
            let first = try await lab.submit(.sample("first"))
            let need = JobNeed(job: first, condition: .passed)
            let second = try await lab.submit(.sample("second", needs: [need]))
            let third = try await lab.submit(.sample("third", needs: [JobNeed(job: second, condition: .complete)]))
            await lab.runner.waitForRuns(1)
            #expect(
                try await lab.scheduler.waitingReason(second) == "it needs job \(first) to be passed, which is Running")
            let result = ResultRecord(
                suite: "s", name: "case", result: .fail, logged: lab.clock.wall())
            try await lab.store.append([result], to: first)
            lab.runner.end(first)
            let canceled = try await lab.finished(second)
            #expect(
                canceled.failure?.message
                    == "canceled by labd: it needs job \(first) to be passed, and 1 of its tests failed")
            #expect(try await lab.finished(third).health == .canceled, "and so on")
            let fourth = try await lab.submit(.sample("fourth", needs: [JobNeed(job: first, condition: .complete)]))
            await lab.runner.waitForRuns(2)
            #expect(lab.runner.active == [fourth])
            lab.runner.end(fourth)
            _ = try await lab.finished(fourth)
        }
    }

    @Test func aPausedQueueGivesNoBoard() async throws {
        let lab = try await Lab()
        try await lab.running {
            await lab.scheduler.pause(PauseReason(name: "drain", text: "drained by ann"))
            let job = try await lab.submit(.sample())
            #expect(try await lab.scheduler.waitingReason(job) == "drained by ann")
            let listing = try await lab.scheduler.queue(limit: 10)
            #expect(listing.entries.map(\.reason) == ["drained by ann"] && listing.total == 1)
            #expect(lab.runner.runs.isEmpty)
            await lab.scheduler.resume("drain")
            await lab.runner.waitForRuns(1)
            lab.runner.end(job)
            _ = try await lab.finished(job)
        }
    }
}

extension Lab {
    /// Submits jobs that run together.
    fileprivate func group(_ names: [String]) async throws -> [JobID] {
        let jobs = try await store.submit(
            group: names.map { .sample(.sample($0, role: GroupRole(name: $0, isEssential: false))) })
        await scheduler.jobWasSubmitted()
        return jobs
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
