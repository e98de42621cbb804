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
            (
                [.job(1, tags: ["usb"])], busy,
                "the only board of type t with the tag usb, a, is busy with job 7; next in the queue"
            ),
            (
                [.job(1, tags: ["usb"])],
                [
                    .board("a", tags: ["usb"], state: .running, job: 7),
                    .board("b", tags: ["usb"], state: .running, job: 8),
                ],
                "2 of 2 t boards with the tag usb are busy; next in the queue"
            ),
            ([.job(1, board: "a")], busy, "the board a is busy with job 7; next in the queue"),
            (
                [.job(1)], [.board("a", health: .bad, reason: "smoke"), .board("b", health: .maintenance)],
                "no board of type t takes jobs: a is Bad (smoke), b is Maintenance"
            ),
        ] as [([JobRecord], [BoardRecord], String?)])
    func isOneSentence(jobs: [JobRecord], boards: [BoardRecord], reason: String?) {
        let expected = reason ?? "2 of 2 t boards are busy; 1 job ahead in the queue"
        #expect(Self.reason(LabQueue(jobs: jobs, boards: boards)) == expected)
    }

    @Test func aBoardHeldByHandIsBusy() {
        let queue = LabQueue(jobs: [.job(1)], boards: [.board("a")])
        #expect(
            Self.reason(queue, held: ["a"]) == "the only board of type t, a, is busy; next in the queue")
    }

    @Test func saysUntilAboutWhen() {
        var first = JobRecord.job(90)
        (first.state, first.health) = (.finished, .complete)
        first.started = WallTime(nanoseconds: 0)
        first.ended = WallTime(nanoseconds: 600_000_000_000)
        var running = JobRecord.job(91, board: "a")
        (running.state, running.started, running.board) = (.running, WallTime(nanoseconds: 0), running.requestedBoard)
        let contents = QueueContents(
            newest: 0, jobs: [running, .job(92), .job(93)], boards: [.board("a", state: .running, job: 91)],
            runs: [first])
        let queue = LabQueue(contents, needs: [:], at: .start)
        let now = Moment(
            wall: WallTime(nanoseconds: 360_000_000_000), monotonic: MonotonicTime(nanoseconds: 360_000_000_000))
        #expect(
            Self.reason(queue, of: 92, at: now)
                == "the only board of type t, a, is busy with job 91, next free in about 4 min; next in the queue")
        #expect(
            Self.reason(queue, of: 93, at: now)
                == "the only board of type t, a, is busy with job 91, next free in about 14 min; "
                + "1 job ahead in the queue, its turn in about 14 min")
    }

    /// Nobody knows how long a job takes that only ever failed.
    @Test func aRunThatFailedSaysNothingOfWhenABoardIsFree() {
        var first = JobRecord.job(90)
        (first.state, first.health) = (.finished, .incomplete)
        (first.started, first.ended) = (WallTime(nanoseconds: 0), WallTime(nanoseconds: 500_000_000))
        var running = JobRecord.job(91, board: "a")
        (running.state, running.started, running.board) = (.running, WallTime(nanoseconds: 0), running.requestedBoard)
        let queue = LabQueue(
            QueueContents(
                newest: 0, jobs: [running, .job(92)], boards: [.board("a", state: .running, job: 91)], runs: [first]),
            needs: [:], at: .start)
        #expect(
            Self.reason(queue, of: 92) == "the only board of type t, a, is busy with job 91; next in the queue")
    }

    @Test func groupsNeedsAndPausesSaySo() {
        let group = LabQueue(jobs: JobRecord.group([1, 2]), boards: [.board("a"), .board("b", state: .running)])
        #expect(
            Self.reason(group, of: 2) == "its group needs 2 boards at once and 1 is free; next in the queue")
        let none = LabQueue(jobs: JobRecord.group([1, 2]), boards: ["a", "b"].map { .board($0, state: .running) })
        #expect(Self.reason(none, of: 1) == "its group needs 2 boards at once and none is free; next in the queue")
        var needy = LabQueue(jobs: [], boards: [.board("a")])
        let need = JobNeed(job: JobID(rawValue: 7), condition: .complete)
        needy.apply(
            .job(8), needs: [NeedStanding(need: need, state: .running, health: .unknown, failures: 0)], at: .start)
        #expect(Self.reason(needy, of: 8) == "it needs job 7 to be complete, which is Running")
        let pause = PauseReason(name: "drain", text: "the lab is being drained by ann")
        #expect(
            Self.reason(LabQueue(jobs: [.job(1)], boards: [.board("a")]), pauses: [pause]) == pause.text)
    }

    @Test func aBoardThatWaitsForAGroupIsSaidToBeKept() {
        let queue = LabQueue(
            jobs: JobRecord.group([1, 2]) + [.job(3)], boards: [.board("a"), .board("b", state: .running, job: 9)])
        let reason = Self.reason(queue, of: 3)
        #expect(
            reason?.hasPrefix("a board is free, but kept for the group of job 1; 2 jobs ahead in the queue") == true,
            "\(reason ?? "")")
    }

    @Test func aHealthCheckIsToldFromOtherJobs() {
        var check = JobRecord.job(7, board: "a")
        (check.state, check.isHealthCheck, check.board) = (.running, true, check.requestedBoard)
        let contents = QueueContents(
            newest: 0, jobs: [check, .job(8)], boards: [.board("a", state: .running, job: 7)], runs: [])
        #expect(
            Self.reason(LabQueue(contents, needs: [:], at: .start), of: 8)?.hasPrefix(
                "the only board of type t, a, is being checked by its health check, job 7; next in the queue") == true)
    }

    private static func reason(
        _ queue: LabQueue, of id: Int64? = nil, held: [String] = [], at now: Moment = .start,
        pauses: [PauseReason] = []
    ) -> String? {
        let conditions = QueueConditions(now: now, held: Set(held.map(BoardName.init(rawValue:))))
        let words = WaitingReason(
            queue: queue, conditions: conditions, pauses: pauses, departures: [], regard: { $0 })
        let forecast = Forecast(queue, conditions: conditions)
        var ahead = PlacesAhead(queue)
        var last: String?
        for job in forecast.order {
            let place = ahead.place(of: job)
            last = words.reason(for: job, ahead: place, start: forecast.starts[job.id])
            if job.id.rawValue == id { break }
        }
        return last
    }
}
