import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

/// Texts that stand for several jobs.
@Suite struct GroupRouteTests {
    private static func board(_ name: String, health: BoardHealth = .good) -> BoardRecord {
        BoardRecord(
            name: BoardName(rawValue: name), type: DeviceTypeName(rawValue: "qemu"), tags: [], state: .idle,
            health: health, power: .off)
    }

    private static func lab(boards: Int) -> Lab {
        let lab = Lab()
        lab.store.with { $0.boards = (1...boards).map { board("q\($0)") } }
        return lab
    }

    @Test func aGroupIsAnsweredWithLavasNumbers() async throws {
        let lab = Self.lab(boards: 2)
        try await lab.test { client in
            let answer = try await client.call(Submitted.self, .post, "/api/v1/jobs", "pair", expecting: .created)
            #expect(
                answer
                    == Submitted(
                        id: 1, name: "hello",
                        jobs: [
                            SubmittedJob(id: 1, number: "1.0", role: "server", name: "hello"),
                            SubmittedJob(id: 2, number: "1.1", role: "client", name: "hello"),
                        ]))
            #expect(answer.ids == [1, 2])
        }
        #expect(lab.control.memory.withLock { $0.wakes } == 1)
    }

    @Test func jobsOfAMatrixHaveTheirOwnNumbers() async throws {
        try await Self.lab(boards: 1).test { client in
            let answer = try await client.call(Submitted.self, .post, "/api/v1/jobs", "matrix", expecting: .created)
            #expect(answer.jobs?.map(\.number) == ["1", "2", "3"])
            #expect(answer.jobs?.allSatisfy { $0.role == nil } == true)
            let validation = try await client.call(Validation.self, .post, "/api/v1/jobs/validate", "matrix")
            #expect(validation.valid && validation.plan?.jobs == 3)
        }
    }

    @Test func aGroupWithMoreBoardsThanTheLabHasIsRefused() async throws {
        let lab = Self.lab(boards: 1)
        try await lab.test { client in
            let refusal = try await client.refusal(.post, "/api/v1/jobs", "pair", expecting: .unprocessableContent)
            #expect(
                refusal.error.message
                    == "the group needs 2 boards of the type `qemu` at the same time, and the lab has 1 that fit")
        }
        #expect(lab.store.with { $0.jobs.isEmpty })
    }

    /// Who gets a board first must not matter.
    @Test func boardsAreHandedOnUntilAllHaveOne() {
        var pinned = JobPlan(name: "p", deviceType: nil, timeouts: JobTimeouts(job: .seconds(1)), blocks: [])
        let free = pinned
        pinned.board = BoardName(rawValue: "q1")
        let boards = [Self.board("q1"), Self.board("q2")]
        #expect(Placement(boards: boards).obstacle(to: [free, pinned]) == nil)
        #expect(Placement(boards: boards).obstacle(to: [pinned, free]) == nil)
        #expect(Placement(boards: boards).obstacle(to: [pinned, pinned]) != nil)
        #expect(Placement(boards: boards).obstacle(to: [free, free, free]) != nil)
        let retired = [Self.board("q1"), Self.board("q2", health: .retired)]
        #expect(Placement(boards: retired).obstacle(to: [free, free]) != nil)
    }

    @Test func whatAJobNeedsHasToBeThere() async throws {
        let lab = Self.lab(boards: 1)
        lab.store.add(1, state: .finished, health: .complete)
        lab.store.add(2, state: .finished, health: .incomplete)
        lab.store.add(3, state: .running)
        lab.store.with { contents in
            contents.results[JobID(rawValue: 1)] = [
                ResultRecord(suite: "0_t", name: "a", result: .fail, logged: FakeStore.submitted)
            ]
        }
        try await lab.test { client in
            for text in ["needs 1", "needs 3", "needs 3 passed", "needs 2 finished", "needs 1 finished"] {
                _ = try await client.call(Submitted.self, .post, "/api/v1/jobs", text, expecting: .created)
            }
            for (text, message) in [
                ("needs 99", "the job needs job 99, and there is none"),
                ("needs 2", "the job needs job 2 to be complete, and it ended Incomplete"),
                ("needs 1 passed", "the job needs job 1 to be passed, and a test of it failed"),
            ] {
                let refusal = try await client.refusal(.post, "/api/v1/jobs", text, expecting: .unprocessableContent)
                #expect(refusal.error.message == message)
            }
        }
    }

    @Test func aJobOfAGroupShowsTheOthers() async throws {
        let lab = Lab()
        for id in 1...2 {
            lab.store.add(Int64(id), state: .running)
            lab.store.with { contents in
                contents.jobs[JobID(rawValue: Int64(id))]?.group = GroupMembership(
                    group: JobID(rawValue: 1), role: id == 1 ? "server" : "client", place: id - 1, size: 2,
                    isEssential: id == 1)
            }
        }
        try await lab.test { client in
            let job = try await client.call(JobInfo.self, .get, "/api/v1/jobs/2")
            #expect(job.group?.number == "1.1" && job.group?.role == "client" && job.group?.essential == false)
            #expect(job.group?.jobs?.map(\.number) == ["1.0", "1.1"])
            let list = try await client.call(JobList.self, .get, "/api/v1/jobs?group=1")
            #expect(list.jobs.map { $0.group?.number } == ["1.1", "1.0"])
            #expect(list.jobs.allSatisfy { $0.group?.jobs == nil })
            #expect(lab.store.with { $0.lastQuery?.group } == JobID(rawValue: 1))
        }
    }
}
