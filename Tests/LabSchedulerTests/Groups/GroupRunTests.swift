import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

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
