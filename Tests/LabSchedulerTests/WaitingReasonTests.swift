import LabModel
import Testing

@testable import LabScheduler

@Suite struct WaitingReasonTests {
    private static let busy: [BoardRecord] = [
        .board("a", tags: ["usb"], state: .running, job: 7), .board("b", state: .reserved),
    ]

    @Test(
        arguments: [
            ([.job(1)], busy, "2 of 2 t boards are busy; next in the queue"),
            ([.job(1), .job(2)], busy, nil),
            ([.job(1)], [.board("a")], "about to start"),
            ([.job(1)], [], "no board of type t"),
            ([.job(1, type: nil)], [], "the lab has no boards"),
            ([.job(1, board: "z")], busy, "there is no board named z"),
            ([.job(1, type: "other", board: "a")], busy, "the board a is not of type other"),
            ([.job(1, tags: ["hdmi"])], busy, "no board of type t has the tag hdmi"),
            ([.job(1, board: "a", tags: ["hdmi", "audio"])], busy, "the board a has not the tags hdmi, audio"),
            (
                [.job(1, tags: ["usb", "hdmi"])], [.board("a", tags: ["usb"]), .board("b", tags: ["hdmi"])],
                "no board of type t has the tags usb, hdmi together"
            ),
            ([.job(1, tags: ["usb"])], busy, "the only board of type t, a, is busy with job 7; next in the queue"),
            ([.job(1, board: "a")], busy, "the board a is busy with job 7; next in the queue"),
            (
                [.job(1)], [.board("a", health: .bad, reason: "smoke"), .board("b", health: .maintenance)],
                "no board of type t takes jobs: a is Bad (smoke), b is Maintenance"
            ),
        ] as [([JobRecord], [BoardRecord], String?)])
    func isOneSentence(jobs: [JobRecord], boards: [BoardRecord], reason: String?) {
        let queue = QueueSnapshot(jobs: jobs, boards: boards)
        let expected = reason ?? "2 of 2 t boards are busy; 1 job ahead in the queue"
        #expect(queue.waitingReason(of: jobs[jobs.count - 1].id, apartFrom: []) == expected)
    }

    @Test func aJobOutsideTheQueueDoesNotWait() {
        let queue = QueueSnapshot(jobs: [.job(1)], boards: [])
        #expect(queue.waitingReason(of: JobID(rawValue: 2), apartFrom: []) == nil)
    }

    @Test func aBoardHeldByHandIsBusy() {
        let queue = QueueSnapshot(jobs: [.job(1)], boards: [.board("a")])
        #expect(
            queue.waitingReason(of: JobID(rawValue: 1), apartFrom: [BoardName(rawValue: "a")])
                == "the only board of type t, a, is busy; next in the queue")
    }
}
