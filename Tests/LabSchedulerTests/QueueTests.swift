import LabModel
import Testing

@testable import LabScheduler

@Suite struct QueueTests {
    private let now = Moment.start

    @Test func priorityThenAgeDecide() {
        let queue = LabQueue(
            jobs: [.job(1, priority: 0), .job(2), .job(3, priority: 100), .job(4, priority: 100)],
            boards: [.board("a")])
        #expect(queue.inOrder(at: now.monotonic).map(\.id.rawValue) == [3, 4, 2, 1])
        #expect(pairs(queue) == ["3 a"])
    }

    @Test func aPointOfPriorityIsWorthSixMinutes() {
        var old = JobRecord.job(1, priority: 50)
        var new = JobRecord.job(2, priority: 60)
        old.submitted = WallTime(nanoseconds: 0)
        new.submitted = WallTime(nanoseconds: 3_599_000_000_000)
        #expect(pairs(LabQueue(jobs: [old, new], boards: [.board("a")])) == ["2 a"])
        new.submitted = WallTime(nanoseconds: 3_601_000_000_000)
        #expect(pairs(LabQueue(jobs: [old, new], boards: [.board("a")])) == ["1 a"])
    }

    @Test func severalBoardsAreGivenAtOnce() {
        let queue = LabQueue(
            jobs: [.job(1), .job(2, type: "other"), .job(3)],
            boards: [.board("a"), .board("b"), .board("c", type: "other")])
        #expect(pairs(queue) == ["1 a", "2 c", "3 b"])
    }

    @Test func tagsMustAllBeThere() {
        let boards: [BoardRecord] = [.board("a", tags: ["usb"]), .board("b", tags: ["usb", "hdmi"])]
        #expect(pairs(LabQueue(jobs: [.job(1, tags: ["hdmi", "usb"])], boards: boards)) == ["1 b"])
        #expect(pairs(LabQueue(jobs: [.job(1, tags: ["audio"])], boards: boards)) == [])
    }

    @Test func theBoardWithTheFewestTagsIsTaken() {
        let queue = LabQueue(
            jobs: [.job(1), .job(2, tags: ["usb"])], boards: [.board("a", tags: ["usb"]), .board("b")])
        #expect(pairs(queue) == ["1 b", "2 a"])
    }

    @Test func theBoardThatRestedLongestIsTaken() {
        var queue = LabQueue(jobs: [.job(1), .job(2), .job(3)], boards: [.board("a"), .board("b")])
        let held = Set([BoardName(rawValue: "b")])
        #expect(queue.allocate(QueueConditions(now: now, held: held)).map(\.words) == ["1 a"])
        #expect(queue.allocate(QueueConditions(now: now)).map(\.words) == ["2 b", "3 a"])
    }

    @Test func aRequestedBoardIsTheOnlyOne() {
        let queue = LabQueue(
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
        var queue = LabQueue(jobs: [.job(1)], boards: [board])
        let conditions = QueueConditions(now: now, held: [BoardName(rawValue: "held")])
        #expect(queue.allocate(conditions).isEmpty != isGiven)
    }

    @Test func aJobThatCannotRunHoldsUpNobody() {
        let queue = LabQueue(
            jobs: [.job(1, priority: 100, tags: ["nowhere"]), .job(2)], boards: [.board("a")])
        #expect(pairs(queue) == ["2 a"])
    }

    @Test func aBoardThatChangesIsNotGiven() {
        var queue = LabQueue(jobs: [.job(1), .job(2)], boards: [.board("a"), .board("b")])
        let conditions = QueueConditions(now: now, isReady: { $0.rawValue != "a" })
        #expect(queue.allocate(conditions).map(\.words) == ["1 b"])
    }

    // MARK: Submitters

    @Test func aFloodDoesNotStarveTheOthers() {
        let flood = (1...100).map { JobRecord.job($0, by: "flood") }
        let queue = LabQueue(
            jobs: flood + [.job(101, by: "ann"), .job(102, by: "ann")],
            boards: [.board("a"), .board("b"), .board("c"), .board("d")])
        #expect(pairs(queue) == ["1 a", "101 b", "2 c", "102 d"])
    }

    @Test func whatWasUsedLatelyFades() {
        var shares = FairShares()
        let hour = Duration.seconds(3600)
        let start = MonotonicTime(nanoseconds: 0)
        shares.charge("ann", hour, at: start)
        #expect(shares.share(of: "ann", at: start) == hour)
        #expect(shares.share(of: "ann", at: start.advanced(by: hour)) == .seconds(1800))
        shares.charge("ann", hour, age: hour, at: start.advanced(by: hour))
        #expect(shares.share(of: "ann", at: start.advanced(by: hour)) == hour)
        shares.charge("ann", .seconds(-7200), at: start.advanced(by: hour))
        #expect(shares.share(of: "ann", at: start.advanced(by: hour)) == .zero, "nobody has time to his credit")
    }

    @Test func aRunIsChargedByItsRealLength() {
        var queue = LabQueue(jobs: [.job(1), .job(2)], boards: [.board("a")])
        _ = queue.allocate(QueueConditions(now: now))
        queue.settlePlan(JobID(rawValue: 1), isGranted: true, at: now)
        #expect(queue.shares.share(of: "me", at: now.monotonic) == RunTimes.unknown)
        var ended = JobRecord.job(1)
        ended.state = .finished
        ended.health = .complete
        ended.started = now.wall
        ended.ended = WallTime(nanoseconds: now.wall.nanoseconds + 30_000_000_000)
        queue.apply(ended, at: now)
        #expect(queue.shares.share(of: "me", at: now.monotonic) == .seconds(30))
        #expect(queue.times.estimate(.job(2)) == .seconds(30))
    }

    @Test func aRefusedLeaseCostsNothing() {
        var queue = LabQueue(jobs: [.job(1)], boards: [.board("a")])
        _ = queue.allocate(QueueConditions(now: now))
        queue.apply(.job(1), at: now)
        #expect(queue.waiting.isEmpty, "what was read before the lease says nothing new")
        queue.settlePlan(JobID(rawValue: 1), isGranted: false, at: now)
        #expect(queue.shares.share(of: "me", at: now.monotonic) == .zero)
    }

    // MARK: Groups

    @Test func aGroupGetsAllOfItsBoardsOrNone() {
        let group = JobRecord.group([1, 2])
        #expect(pairs(LabQueue(jobs: group, boards: [.board("a")])) == [])
        #expect(pairs(LabQueue(jobs: group, boards: [.board("a"), .board("b")])) == ["1 a, 2 b"])
        #expect(pairs(LabQueue(jobs: [group[0]], boards: [.board("a"), .board("b")])) == [], "a part of a group waits")
    }

    @Test func aGroupKeepsBoardsFromThoseBehindIt() {
        let jobs = JobRecord.group([1, 2]) + [.job(3), .job(4, type: "other")]
        let queue = LabQueue(
            jobs: jobs, boards: [.board("a"), .board("b", state: .running), .board("c", type: "other")])
        #expect(pairs(queue) == ["4 c"], "job 3 would delay the group")
    }

    @Test func aGroupThatCanNeverBeginKeepsNothing() {
        let queue = LabQueue(
            jobs: JobRecord.group([1, 2]) + [.job(3)], boards: [.board("a"), .board("b", health: .bad)])
        #expect(pairs(queue) == ["3 a"])
    }

    @Test func aGroupFindsTheOneWayToPlaceItself() throws {
        var group = JobRecord.group([1, 2, 3])
        group[1].tags = ["usb"]
        group[2].tags = ["usb", "hdmi"]
        let boards: [BoardRecord] = [
            .board("a", tags: ["usb", "hdmi"]), .board("b", tags: ["usb"]), .board("c", tags: ["hdmi", "usb", "x"]),
        ]
        // The first two would like to take the boards with the fewest tags, and the third has to have one of two.
        #expect(pairs(LabQueue(jobs: group, boards: Array(boards.prefix(2)))) == [])
        let places = LabQueue.places(group, boards)
        #expect(Set(places.map(\.board)).count == 3)
        for place in places {
            let job = try #require(group.first { $0.id == place.job })
            let board = try #require(boards.first { $0.name == place.board })
            #expect(Demand(job).suits(board))
        }
    }

    @Test func twoGroupsThatWantTheSameBoardsBothRun() {
        let boards: [BoardRecord] = [.board("a"), .board("b")]
        var queue = LabQueue(jobs: JobRecord.group([1, 2]) + JobRecord.group([3, 4]), boards: boards)
        #expect(queue.allocate(QueueConditions(now: now)).map(\.words) == ["1 a, 2 b"])
        let held = Set(boards.map(\.name))
        #expect(queue.allocate(QueueConditions(now: now, held: held)).isEmpty)
        #expect(
            queue.allocate(QueueConditions(now: now, held: [BoardName(rawValue: "a")])).isEmpty,
            "one free board is not taken alone")
        #expect(queue.allocate(QueueConditions(now: now)).map(\.words) == ["3 a, 4 b"])
    }

    // MARK: Needs

    @Test func aJobWaitsForWhatItNeeds() {
        var queue = LabQueue(jobs: [], boards: [.board("a")])
        let need = JobNeed(job: JobID(rawValue: 1), condition: .complete)
        let open = NeedStanding(need: need, state: .running, health: .unknown, failures: 0)
        queue.apply(.job(2), needs: [open], at: now)
        #expect(queue.allocate(QueueConditions(now: now)).isEmpty)
        #expect(queue.dependents(of: need.job) == [JobID(rawValue: 2)])
        let met = NeedStanding(need: need, state: .finished, health: .complete, failures: 3)
        queue.apply([met], to: JobID(rawValue: 2), at: now)
        #expect(queue.dependents(of: need.job).isEmpty)
        #expect(queue.allocate(QueueConditions(now: now)).map(\.words) == ["2 a"])
    }

    @Test func aJobThatNeedsWhatWillNeverBeIsHopeless() {
        var queue = LabQueue(jobs: [], boards: [.board("a")])
        let need = JobNeed(job: JobID(rawValue: 1), condition: .passed)
        queue.apply(
            .job(2), needs: [NeedStanding(need: need, state: .finished, health: .complete, failures: 1)], at: now)
        #expect(
            queue.hopeless().map(\.failure.message) == [
                "it needs job 1 to be passed, and 1 of its tests failed"
            ])
        queue.leave(JobID(rawValue: 2))
        #expect(queue.hopeless().isEmpty)
    }

    // MARK: Retries and checks

    @Test func aJobThatABoardFailedGetsAnother() {
        let job = JobRecord.job(1, tried: ["a"])
        #expect(pairs(LabQueue(jobs: [job], boards: [.board("a"), .board("b")])) == ["1 b"])
        #expect(
            pairs(LabQueue(jobs: [job], boards: [.board("a"), .board("b", state: .running)])) == [],
            "it waits for the other")
        #expect(pairs(LabQueue(jobs: [job], boards: [.board("a"), .board("b", health: .bad)])) == ["1 a"])
    }

    @Test func aBoardThatIsDueTakesItsCheckOnly() {
        let check = JobRecord.job(2, board: "a", isHealthCheck: true)
        var queue = LabQueue(jobs: [.job(1)], boards: [.board("a", health: .unknown)])
        let rule = HealthRule()
        let conditions = QueueConditions(now: now, isDue: { rule.isDue($0, at: .init(nanoseconds: 0)) })
        #expect(queue.due(apartFrom: [], at: now.wall) { _ in rule }.map(\.rawValue) == ["a"])
        #expect(queue.allocate(conditions).isEmpty)
        queue.apply(check, at: now)
        #expect(queue.due(apartFrom: [], at: now.wall) { _ in rule } == [], "one check is enough")
        #expect(queue.allocate(conditions).map(\.words) == ["2 a"])
    }

    @Test func aLoopingBoardTakesChecksOnly() {
        let check = JobRecord.job(2, board: "a", isHealthCheck: true)
        #expect(pairs(LabQueue(jobs: [.job(1), check], boards: [.board("a", health: .looping)])) == ["2 a"])
    }

    @Test func checksAreDueByTimeAndByJobs() {
        let hour: Int64 = 3_600_000_000_000
        var board = BoardRecord.board("a")
        let rule = HealthRule(interval: .seconds(7200), jobs: 3)
        #expect(rule.isDue(board, at: WallTime(nanoseconds: hour)), "never checked")
        board.checked = WallTime(nanoseconds: hour)
        #expect(!rule.isDue(board, at: WallTime(nanoseconds: 3 * hour - 1)))
        #expect(rule.isDue(board, at: WallTime(nanoseconds: 3 * hour)))
        board.jobsSinceCheck = 3
        #expect(rule.isDue(board, at: WallTime(nanoseconds: hour)))
        board.health = .maintenance
        #expect(!rule.isDue(board, at: WallTime(nanoseconds: 9 * hour)))
    }

    // MARK: Deadlines

    @Test func queueTimeoutsAreCountedFromSubmission() {
        let now = Moment(wall: WallTime(nanoseconds: 10_000_000_000), monotonic: MonotonicTime(nanoseconds: 500))
        var queue = LabQueue(
            jobs: [.job(1), .job(2, queueTimeout: .seconds(5)), .job(3, queueTimeout: .seconds(60))], boards: [],
            at: now)
        #expect(queue.expired(at: now.monotonic).map(\.id.rawValue) == [2])
        queue.leave(JobID(rawValue: 2))
        #expect(queue.expired(at: now.monotonic).isEmpty)
        #expect(queue.nextDeadline() == MonotonicTime(nanoseconds: 500 + 50_000_000_003))
    }

    @Test func theDeadlineOfAJobThatCameBackCountsFromThen() {
        var again = JobRecord.job(1, queueTimeout: .seconds(5))
        again.queued = WallTime(nanoseconds: 100_000_000_000)
        let now = Moment(wall: again.queued, monotonic: MonotonicTime(nanoseconds: 0))
        var queue = LabQueue(jobs: [again, .job(2)], boards: [], at: now)
        #expect(queue.expired(at: MonotonicTime(nanoseconds: 4_999_999_999)).isEmpty)
        #expect(queue.expired(at: MonotonicTime(nanoseconds: 5_000_000_000)).map(\.id.rawValue) == [1])
        #expect(queue.inOrder(at: now.monotonic).map(\.id.rawValue) == [1, 2], "its place in the queue is as before")
    }

    @Test func aCalendarThatJumpsMovesNoDeadline() {
        var queue = LabQueue(jobs: [.job(1, queueTimeout: .seconds(60))], boards: [], at: .start)
        let deadline = queue.nextDeadline()
        let later = Moment(
            wall: WallTime(nanoseconds: 900_000_000_000_000), monotonic: MonotonicTime(nanoseconds: 1_000_000_000))
        queue.apply(.job(1, queueTimeout: .seconds(60)), at: later)
        #expect(queue.expired(at: later.monotonic).isEmpty)
        #expect(queue.nextDeadline() == deadline)
    }

    private func pairs(_ queue: LabQueue) -> [String] {
        var queue = queue
        return queue.allocate(QueueConditions(now: now)).map(\.words)
    }
}

extension Moment {
    static let start = Moment(wall: WallTime(nanoseconds: 0), monotonic: MonotonicTime(nanoseconds: 0))
}

extension LabQueue {
    init(jobs: [JobRecord], boards: [BoardRecord], at now: Moment = .start) {
        self.init(QueueContents(newest: 0, jobs: jobs, boards: boards, runs: []), needs: [:], at: now)
    }

    static func places(_ jobs: [JobRecord], _ boards: [BoardRecord]) -> [Allocation.Place] {
        var queue = LabQueue(jobs: jobs, boards: boards)
        return queue.allocate(QueueConditions(now: .start)).flatMap(\.places)
    }
}

extension Allocation {
    var words: String { places.map { "\($0.job) \($0.board)" }.joined(separator: ", ") }
}

extension JobRecord {
    static func job(
        _ id: Int64, priority: Int = 50, type: String? = "t", board: String? = nil, tags: [String] = [],
        queueTimeout: Duration? = nil, by submitter: String = "me", group: GroupMembership? = nil,
        tried: [String] = [], isHealthCheck: Bool = false
    ) -> JobRecord {
        JobRecord(
            id: JobID(rawValue: id), name: "job", submitter: submitter,
            deviceType: type.map(DeviceTypeName.init(rawValue:)),
            requestedBoard: board.map(BoardName.init(rawValue:)), priority: priority, tags: tags, state: .submitted,
            health: .unknown, board: nil, submitted: WallTime(nanoseconds: id), started: nil, ended: nil, attempt: 0,
            failure: nil, queueTimeout: queueTimeout, group: group,
            isHealthCheck: isHealthCheck, tried: tried.map(BoardName.init(rawValue:)))
    }
}

extension JobRecord {
    static func group(_ ids: [Int64]) -> [JobRecord] {
        ids.enumerated().map { place, id in
            .job(
                id,
                group: GroupMembership(
                    group: JobID(rawValue: ids[0]), role: "role\(place)", place: place, size: ids.count,
                    isEssential: false))
        }
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
