import LabModel
import Testing

@testable import LabScheduler

/// Which boards are kept for groups that wait, and which are not worth waiting for.
@Suite struct KeptBoardsTests {
    private func words(_ queue: LabQueue, _ conditions: QueueConditions) -> [String] {
        var queue = queue
        return queue.allocate(conditions).map(\.words)
    }

    private func conditions(broken: Set<String> = [], changing: Set<String> = []) -> QueueConditions {
        QueueConditions(
            now: .start, isReady: { !broken.contains($0.rawValue) && !changing.contains($0.rawValue) },
            needsMending: { broken.contains($0.rawValue) })
    }

    @Test func aGroupDoesNotWaitForABoardThatNeedsMending() {
        let queue = LabQueue(
            jobs: JobRecord.group([1, 2]) + [.job(3)], boards: [.board("a"), .board("b")])
        #expect(words(queue, conditions(broken: ["b"])) == ["3 a"])
        #expect(words(queue, conditions(changing: ["b"])) == [], "what changes is there in a moment")
    }

    @Test func aGroupDoesNotKeepBoardsWhileAPersonHasOne() {
        let boards: [BoardRecord] = [.board("a"), .board("b", state: .reserved)]
        let queue = LabQueue(jobs: JobRecord.group([1, 2]) + [.job(3)], boards: boards)
        #expect(words(queue, conditions()) == ["3 a"])
    }

    @Test func aJobDoesNotWaitForABoardThatNeedsMending() {
        let queue = LabQueue(jobs: [.job(1, tried: ["a"])], boards: [.board("a"), .board("b")])
        #expect(words(queue, conditions(broken: ["b"])) == ["1 a"])
        #expect(words(queue, conditions(changing: ["b"])) == [])
    }

    @Test func aBoardThatIsDueForItsCheckIsWaitedFor() {
        var queue = LabQueue(
            jobs: JobRecord.group([1, 2]) + [.job(3)], boards: [.board("a"), .board("b", health: .unknown)])
        let conditions = QueueConditions(now: .start, isDue: { $0.health == .unknown })
        #expect(words(queue, conditions) == [], "a is kept for the group while b is checked")
        queue.apply(.job(4, board: "b", isHealthCheck: true), at: .start)
        #expect(words(queue, conditions) == ["4 b"], "the check goes before the group that waits for it")
    }

    @Test func hundredsOfGroupsKeepNobodyFromOtherBoards() {
        var jobs: [JobRecord] = []
        for number in Int64(0)..<600 { jobs += JobRecord.group([2 * number + 1, 2 * number + 2]) }
        let pair = JobRecord.group([2001, 2002]).map { job in
            var job = job
            job.deviceType = DeviceTypeName(rawValue: "other")
            return job
        }
        let others: [BoardRecord] = [.board("y", type: "other"), .board("z", type: "other")]
        let few: [BoardRecord] = [.board("a"), .board("b", state: .running), .board("c", state: .running)]
        #expect(words(LabQueue(jobs: jobs + pair, boards: few + others), conditions()) == ["2001 y, 2002 z"])
        let busy = (0..<1500).map { BoardRecord.board("busy-\($0)", state: .running) }
        #expect(words(LabQueue(jobs: jobs + pair, boards: busy + others), conditions()) == ["2001 y, 2002 z"])
    }

    @Test func aCheckOfABoardThatBecameAnotherIsGivenUp() {
        var state = SchedulerState()
        let check = JobRecord.job(1, type: "before", board: "a", isHealthCheck: true)
        state.queue = LabQueue(jobs: [check], boards: [.board("a")])
        let rule = HealthRule()
        let actions = state.plan(at: .start, rule: { _ in rule })
        let given = actions.compactMap { action -> JobID? in
            if case .giveUp(let job, _) = action { job } else { nil }
        }
        #expect(given == [JobID(rawValue: 1)])
    }
}
