import LabModel
import Testing

@testable import LabScheduler

@Suite struct SchedulerStateTests {
    private let a = BoardName(rawValue: "a")
    private let lease = SchedulerState.Action.lease([
        Allocation([Allocation.Place(job: JobID(rawValue: 1), board: BoardName(rawValue: "a"))])
    ])

    private func state(_ jobs: [JobRecord], _ boards: [BoardRecord] = [.board("a")]) -> SchedulerState {
        var state = SchedulerState()
        state.queue = LabQueue(jobs: jobs, boards: boards)
        return state
    }

    @Test func aBoardIsHeldFromTheMomentItIsPlanned() {
        var state = state([.job(1), .job(2)])
        #expect(state.plan(at: .start) == [lease])
        #expect(state.plan(at: .start) == [], "the store has not heard of the lease yet")
        state.release(a)
        #expect(
            state.plan(at: .start) == [.lease([Allocation([Allocation.Place(job: JobID(rawValue: 2), board: a)])])])
    }

    @Test func expiredJobsGetNoBoard() {
        var state = state([.job(1, queueTimeout: .zero), .job(2, queueTimeout: .seconds(9)), .job(3)], [.board("b")])
        let b = BoardName(rawValue: "b")
        #expect(
            state.plan(at: .start) == [
                .expire(JobID(rawValue: 1), after: .zero),
                .lease([Allocation([Allocation.Place(job: JobID(rawValue: 2), board: b)])]),
            ])
        #expect(state.plan(at: .start) == [])
    }

    @Test func itWakesForTheNextDeadline() {
        var state = state([.job(1, queueTimeout: .seconds(9))], [])
        #expect(state.plan(at: .start) == [.wake(at: MonotonicTime(nanoseconds: 9_000_000_000))])
    }

    @Test func handsAndJobsExcludeEachOther() {
        var state = state([.job(1)])
        let holds = [state.hold(a), state.hold(a)]
        #expect(holds == [true, false])
        #expect(state.plan(at: .start) == [])
        state.release(a)
        #expect(state.plan(at: .start) == [lease])
        let isHeld = state.hold(a)
        #expect(!isHeld)
    }

    @Test func aPauseKeepsEverybodyWaitingButNotTheDeadlines() {
        var state = state([.job(1), .job(2, queueTimeout: .zero)])
        state.pause(PauseReason(name: "drain", text: "one"))
        state.pause(PauseReason(name: "disk", text: "full"))
        state.pause(PauseReason(name: "drain", text: "two"))
        #expect(state.plan(at: .start) == [.expire(JobID(rawValue: 2), after: .zero)])
        state.resume("drain")
        #expect(state.pauses.map(\.text) == ["full"])
        #expect(state.plan(at: .start) == [])
        state.resume("disk")
        #expect(state.plan(at: .start) == [lease])
    }

    @Test func nothingBeginsOnceItStops() {
        var state = state([.job(1)])
        state.stop()
        #expect(state.plan(at: .start) == [])
        let isHeld = state.hold(a)
        #expect(!isHeld)
    }
}
