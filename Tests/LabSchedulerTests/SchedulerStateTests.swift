import LabModel
import Testing

@testable import LabScheduler

@Suite struct SchedulerStateTests {
    private let a = BoardName(rawValue: "a")
    private let now = WallTime(nanoseconds: 1_000_000_000)

    @Test func aBoardIsHeldFromTheMomentItIsPlanned() {
        var state = SchedulerState()
        let queue = QueueSnapshot(jobs: [.job(1), .job(2)], boards: [.board("a")])
        #expect(state.plan(queue, at: now) == [.lease(JobID(rawValue: 1), a)])
        #expect(state.plan(queue, at: now) == [], "the store has not heard of the lease yet")
        state.release(a)
        #expect(state.plan(queue, at: now) == [.lease(JobID(rawValue: 1), a)])
    }

    @Test func expiredJobsGetNoBoard() {
        var state = SchedulerState()
        let queue = QueueSnapshot(
            jobs: [.job(1, queueTimeout: .milliseconds(1)), .job(2, queueTimeout: .seconds(9))], boards: [.board("a")])
        #expect(
            state.plan(queue, at: now) == [
                .expire(JobID(rawValue: 1), after: .milliseconds(1)), .lease(JobID(rawValue: 2), a),
                .wake(at: WallTime(nanoseconds: 9_000_000_002)),
            ])
    }

    @Test func handsAndJobsExcludeEachOther() {
        var state = SchedulerState()
        let queue = QueueSnapshot(jobs: [.job(1)], boards: [.board("a")])
        let holds = [state.hold(a), state.hold(a)]
        #expect(holds == [true, false])
        #expect(state.plan(queue, at: now) == [])
        state.release(a)
        #expect(state.plan(queue, at: now) == [.lease(JobID(rawValue: 1), a)])
        let isHeld = state.hold(a)
        #expect(!isHeld)
    }

    @Test func nothingBeginsOnceItStops() {
        var state = SchedulerState()
        state.stop()
        #expect(state.plan(QueueSnapshot(jobs: [.job(1)], boards: [.board("a")]), at: now) == [])
        let isHeld = state.hold(a)
        #expect(!isHeld)
    }
}
