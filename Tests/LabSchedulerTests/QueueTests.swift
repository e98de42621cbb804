import LabModel
import Testing

@testable import LabScheduler

@Suite struct QueueTests {
    @Test func priorityThenAgeDecide() {
        let queue = QueueSnapshot(
            jobs: [.job(1, priority: 0), .job(2), .job(3, priority: 100), .job(4, priority: 100)], boards: [.board("a")]
        )
        #expect(queue.jobs.map(\.id.rawValue) == [3, 4, 2, 1])
        #expect(pairs(queue) == ["3 a"])
    }

    @Test func severalBoardsAreGivenAtOnce() {
        let queue = QueueSnapshot(
            jobs: [.job(1), .job(2, type: "other"), .job(3)],
            boards: [.board("a"), .board("b"), .board("c", type: "other")])
        #expect(pairs(queue) == ["1 a", "2 c", "3 b"])
    }

    @Test func tagsMustAllBeThere() {
        let boards: [BoardRecord] = [.board("a", tags: ["usb"]), .board("b", tags: ["usb", "hdmi"])]
        #expect(pairs(QueueSnapshot(jobs: [.job(1, tags: ["hdmi", "usb"])], boards: boards)) == ["1 b"])
        #expect(pairs(QueueSnapshot(jobs: [.job(1, tags: ["audio"])], boards: boards)) == [])
    }

    @Test func theBoardWithTheFewestTagsIsTaken() {
        let queue = QueueSnapshot(
            jobs: [.job(1), .job(2, tags: ["usb"])], boards: [.board("a", tags: ["usb"]), .board("b")])
        #expect(pairs(queue) == ["1 b", "2 a"])
    }

    @Test func aRequestedBoardIsTheOnlyOne() {
        let queue = QueueSnapshot(
            jobs: [.job(1, board: "b"), .job(2, board: "b")], boards: [.board("a"), .board("b")])
        #expect(pairs(queue) == ["1 b"])
    }

    @Test(
        arguments: [
            (.board("a", state: .running), false), (.board("a", health: .bad), false),
            (.board("a", health: .maintenance), false), (.board("a", health: .retired), false),
            (.board("a", health: .looping), false), (.board("a", health: .unknown), true),
            (.board("a", type: "other"), false), (.board("held"), false), (.board("a"), true),
        ] as [(BoardRecord, Bool)])
    func onlyIdleTrustedBoardsAreGiven(board: BoardRecord, isGiven: Bool) {
        let queue = QueueSnapshot(jobs: [.job(1)], boards: [board])
        #expect(queue.pairs(apartFrom: [BoardName(rawValue: "held")]).isEmpty != isGiven)
    }

    @Test func aJobThatCannotRunHoldsUpNobody() {
        let queue = QueueSnapshot(
            jobs: [.job(1, priority: 100, tags: ["nowhere"]), .job(2)], boards: [.board("a")])
        #expect(pairs(queue) == ["2 a"])
    }

    @Test func queueTimeoutsAreCountedFromSubmission() {
        let queue = QueueSnapshot(
            jobs: [.job(1), .job(2, queueTimeout: .seconds(5)), .job(3, queueTimeout: .seconds(60))], boards: [])
        let now = WallTime(nanoseconds: 10_000_000_000)
        #expect(queue.expired(at: now).map(\.id.rawValue) == [2])
        #expect(queue.nextDeadline(after: now) == WallTime(nanoseconds: 60_000_000_003))
        #expect(queue.nextDeadline(after: WallTime(nanoseconds: .max)) == nil)
    }

    @Test func theDeadlineOfAJobThatCameBackCountsFromThen() {
        var again = JobRecord.job(1, queueTimeout: .seconds(5))
        again.queued = WallTime(nanoseconds: 100_000_000_000)
        let queue = QueueSnapshot(jobs: [again, .job(2)], boards: [])
        #expect(queue.expired(at: WallTime(nanoseconds: 104_000_000_000)).isEmpty)
        #expect(queue.expired(at: WallTime(nanoseconds: 105_000_000_000)).map(\.id.rawValue) == [1])
        #expect(queue.jobs.map(\.id.rawValue) == [1, 2], "its place in the queue is as before")
    }

    private func pairs(_ queue: QueueSnapshot) -> [String] {
        queue.pairs(apartFrom: []).map { "\($0.job.id) \($0.board)" }
    }
}

extension JobRecord {
    static func job(
        _ id: Int64, priority: Int = 50, type: String? = "t", board: String? = nil, tags: [String] = [],
        queueTimeout: Duration? = nil
    ) -> JobRecord {
        JobRecord(
            id: JobID(rawValue: id), name: "job", submitter: "me", deviceType: type.map(DeviceTypeName.init(rawValue:)),
            requestedBoard: board.map(BoardName.init(rawValue:)), priority: priority, tags: tags, state: .submitted,
            health: .unknown, board: nil, submitted: WallTime(nanoseconds: id), started: nil, ended: nil, attempt: 0,
            failure: nil, queueTimeout: queueTimeout)
    }
}

extension BoardRecord {
    static func board(
        _ name: String, type: String = "t", tags: [String] = [], state: BoardState = .idle,
        health: BoardHealth = .good, reason: String? = nil, job: Int64? = nil
    ) -> BoardRecord {
        BoardRecord(
            name: BoardName(rawValue: name), type: DeviceTypeName(rawValue: type), tags: tags, state: state,
            health: health, healthReason: reason, power: .off, currentJob: job.map(JobID.init(rawValue:)))
    }
}
