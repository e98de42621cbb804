import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

/// Who ends with a job of a group.
@Suite struct GroupEndTests {
    private static func record(
        _ id: Int64, essential: Bool = false, state: JobState = .running, health: JobHealth = .unknown,
        group: Int64 = 1
    ) -> JobRecord {
        JobRecord(
            id: JobID(rawValue: id), name: "j", submitter: "ann", deviceType: nil, requestedBoard: nil, priority: 50,
            tags: [], state: state, health: health, board: nil, submitted: WallTime(nanoseconds: 0), started: nil,
            ended: nil, attempt: 1, failure: health == .incomplete ? Failure(.test, "broken") : nil, queueTimeout: nil,
            group: GroupMembership(
                group: JobID(rawValue: group), role: essential ? "server" : "client", place: Int(id - group), size: 4,
                isEssential: essential))
    }

    private static let others = [
        record(2), record(3, state: .scheduled), record(4, state: .canceling), record(5, state: .submitted),
        record(6, state: .finished, health: .complete), record(9, group: 9),
    ]

    private func cancelled(_ record: JobRecord) -> [Int64] {
        GroupEnd.cancelled(with: record, among: [record] + Self.others).map(\.rawValue)
    }

    @Test func anEssentialJobThatDoesNotEndWellTakesThoseThatRunWithIt() {
        #expect(cancelled(Self.record(1, essential: true, state: .finished, health: .incomplete)) == [2, 3])
        #expect(cancelled(Self.record(1, essential: true, state: .finished, health: .canceled)) == [2, 3])
        #expect(cancelled(Self.record(1, essential: true, state: .canceling)) == [2, 3])
    }

    @Test func nobodyElseDoes() {
        #expect(cancelled(Self.record(1, essential: true, state: .finished, health: .complete)) == [])
        #expect(cancelled(Self.record(1, essential: true)) == [])
        #expect(cancelled(Self.record(1, state: .finished, health: .incomplete)) == [])
        #expect(cancelled(Self.record(1, state: .canceling)) == [])
        var single = Self.record(1, essential: true, state: .finished, health: .incomplete)
        single.group = nil
        #expect(cancelled(single) == [])
    }

    @Test func theReasonNamesTheJob() {
        let ended = Self.record(1, essential: true, state: .finished, health: .incomplete)
        #expect(GroupEnd.reason(ended) == "the essential job 1.0 (server) of its group ended incomplete: broken")
        var canceled = Self.record(1, essential: true, state: .canceling)
        canceled.failure = Failure(.canceled, "canceled by ann")
        #expect(
            GroupEnd.reason(canceled) == "the essential job 1.0 (server) of its group was canceled: canceled by ann")
    }
}

/// Groups in the scheduler and in the store.
@Suite(.timeLimit(.minutes(5))) struct GroupEndingTests {
    private static func plans(_ roles: [(String, Bool)]) -> [NewJob] {
        roles.map { name, isEssential in
            var plan = JobPlan.sample(name)
            plan.role = GroupRole(name: name, isEssential: isEssential)
            return NewJob.sample(plan)
        }
    }

    private static func submit(_ lab: Lab, _ roles: (String, Bool)...) async throws -> [JobID] {
        let ids = try await lab.store.submit(group: plans(roles))
        await lab.scheduler.jobWasSubmitted()
        return ids
    }

    @Test func anEssentialJobEndsTheOthers() async throws {
        let lab = try await Lab(["one": [], "two": [], "three": []])
        try await lab.running {
            let ids = try await Self.submit(lab, ("server", true), ("client", false), ("client", false))
            await lab.runner.waitForRuns(3)
            lab.runner.end(ids[0], .failed(Failure(.test, "broken")))
            #expect(try await lab.finished(ids[0]).health == .incomplete)
            for id in ids.dropFirst() {
                let job = try await lab.finished(id)
                #expect(job.health == .canceled)
                #expect(job.failure?.message.contains("the essential job 1.0 (server)") == true)
            }
        }
        #expect(try await lab.store.leases().isEmpty)
    }

    @Test func anotherJobEndsAlone() async throws {
        let lab = try await Lab(["one": [], "two": []])
        try await lab.running {
            let ids = try await Self.submit(lab, ("server", true), ("client", false))
            await lab.runner.waitForRuns(2)
            lab.runner.end(ids[1], .failed(Failure(.test, "broken")))
            #expect(try await lab.finished(ids[1]).health == .incomplete)
            #expect(lab.runner.active == [ids[0]])
            lab.runner.end(ids[0])
            #expect(try await lab.finished(ids[0]).health == .complete)
        }
    }

    @Test func cancelingAnEssentialJobCancelsTheGroup() async throws {
        let lab = try await Lab(["one": [], "two": []])
        try await lab.running {
            let ids = try await Self.submit(lab, ("server", true), ("client", false))
            await lab.runner.waitForRuns(2)
            _ = try await lab.scheduler.cancel(ids[0], by: "ann", reason: nil)
            for id in ids { #expect(try await lab.finished(id).health == .canceled) }
        }
    }

    @Test func aGroupThatWaitsIsCanceledAsAWhole() async throws {
        let lab = try await Lab(["one": []])
        try await lab.running {
            let ids = try await Self.submit(lab, ("a", false), ("b", false))
            _ = try await lab.scheduler.cancel(ids[1], by: "ann", reason: nil)
            let other = try await lab.finished(ids[0])
            #expect(other.health == .canceled)
            #expect(other.failure?.message == "job 1.1 (b) of its group was canceled before the group ran")
        }
        #expect(lab.runner.runs.isEmpty)
    }

    /// After a restart all jobs of a group wait again, with the same number of runs.
    @Test func anInterruptedGroupGoesBackAsAWhole() async throws {
        let lab = try await Lab(["one": [], "two": []])
        let store = lab.store
        let ids = try await store.submit(group: Self.plans([("a", false), ("b", false)]))
        let places = zip(ids, lab.boards).map { Allocation.Place(job: $0, board: $1.name) }
        let leases = try #require(try await store.lease([Allocation(Array(places))], epoch: lab.epoch).first)
        // Only one of them had begun.
        #expect(try await store.start(leases[0]))
        for lease in leases { try await store.interrupt(lease, again: true, .labStopped(onAttempt: 1)) }
        let jobs = [try await store.job(ids[0]), try await store.job(ids[1])]
        #expect(jobs.map { $0?.state } == [.submitted, .submitted])
        #expect(jobs.map { $0?.attempt } == [1, 1])
        #expect(try await store.roster(of: ids[1])?.run == 1)
    }

    @Test(arguments: [true, false]) func aGroupOfWhichOneHasEndedDoesNotRunAgain(endsFirst: Bool) async throws {
        let lab = try await Lab(["one": [], "two": []])
        let store = lab.store
        let ids = try await store.submit(group: Self.plans([("a", false), ("b", false)]))
        let places = zip(ids, lab.boards).map { Allocation.Place(job: $0, board: $1.name) }
        let leases = try #require(try await store.lease([Allocation(Array(places))], epoch: lab.epoch).first)
        for lease in leases { #expect(try await store.start(lease)) }
        if endsFirst { try await store.finish(leases[0], JobOutcome(health: .complete)) }
        try await store.interrupt(leases[1], again: true, .labStopped(onAttempt: 1))
        if !endsFirst { try await store.finish(leases[0], JobOutcome(health: .complete)) }
        let jobs = [try await store.job(ids[0]), try await store.job(ids[1])]
        #expect(jobs.map { $0?.state } == [.finished, .finished])
        #expect(jobs.map { $0?.health } == [.complete, endsFirst ? .incomplete : .canceled])
        #expect(try await store.leases().isEmpty)
    }

    @Test func aRosterNamesAllJobs() async throws {
        let lab = try await Lab()
        let single = try await lab.store.submit(.sample())
        let batch = try await lab.store.submit(batch: [
            Self.plans([("server", true), ("client", false)]), [.sample()], Self.plans([("alone", false)]),
        ])
        #expect(batch.map { $0.map(\.rawValue) } == [[2, 3], [4], [5]])
        #expect(try await lab.store.roster(of: single) == nil)
        #expect(try await lab.store.roster(of: batch[1][0]) == nil)
        #expect(try await lab.store.roster(of: batch[2][0])?.members.map(\.role) == ["alone"])
        let roster = try #require(try await lab.store.roster(of: batch[0][1]))
        #expect(roster.group == batch[0][0])
        #expect(roster.members.map(\.role) == ["server", "client"])
        #expect(roster.members.map(\.isEssential) == [true, false])
        let listed = try await lab.store.jobs(JobQuery(group: batch[0][0]))
        #expect(listed.map(\.id) == batch[0].reversed())
        #expect(listed.map { $0.group?.number } == ["2.1", "2.0"])
    }
}
