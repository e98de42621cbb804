import LabModel
import Testing

@testable import JobEngine

/// What is typed at a board for its requests to the group.
@Suite struct GroupDeskTests {
    static func signal(_ text: String, _ number: Int?) -> GroupSignal? { GroupSignal(text, number: number) }

    static func time(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test func theFirstSignalNamesTheRequest() throws {
        let first = try #require(Self.signal("0 WAIT ready", 7))
        #expect(first.token == "7" && first.request == .wait("ready"))
        #expect(Self.signal("7 WAIT ready", 9) == first)
        #expect(Self.signal("p1234 WAIT ready", nil)?.token == "p1234")
        for (text, number) in [("0 WAIT ready", nil), ("x WAIT ready", 1), ("7", 1), ("7 WAIT", 1), ("pp WAIT a", 2)] {
            #expect(Self.signal(text, number) == nil, "\(text)")
        }
    }

    @Test func aRepeatedRequestIsAskedOnceAndItsAnswerTypedAgain() throws {
        var desk = GroupDesk(waitLimit: nil)
        let first = try #require(Self.signal("0 WAIT ready", 7))
        let again = try #require(Self.signal("7 WAIT ready", 8))
        #expect(try desk.take(first, at: Self.time(0)) == .ask(.wait("ready"), token: "7"))
        #expect(try desk.take(again, at: Self.time(20)) == .nothing)
        let pairs = [GroupPair(key: "ip", value: "10.0.0.1")]
        let reply = GroupReply.done([GroupMessage(job: JobID(rawValue: 12), pairs: pairs)])
        let answered = desk.close("7", reply, at: Self.time(30))
        let closed = try #require(answered)
        #expect(closed.lines == ["<LAVA_WAIT_COMPLETE 12:ip=10.0.0.1 _k=1 _r=7>"])
        #expect(closed.failure == nil)
        #expect(try desk.take(again, at: Self.time(31)) == .nothing)
        #expect(try desk.take(again, at: Self.time(40)) == .type(closed.lines))
        #expect(try desk.take(again, at: Self.time(41)) == .nothing)
        #expect(desk.close("7", reply, at: Self.time(50)) == nil)
        #expect(!desk.hasOpen)
    }

    @Test func aLongAnswerComesInSeveralLines() throws {
        var desk = GroupDesk(waitLimit: nil)
        _ = try desk.take(try #require(Self.signal("0 WAIT_ALL up", 1)), at: Self.time(0))
        let messages = (0..<40).map { number in
            GroupMessage(
                job: JobID(rawValue: Int64(number + 1)),
                pairs: [GroupPair(key: "k", value: String(repeating: "v", count: 30))])
        }
        let closed = desk.close("1", .done(messages), at: Self.time(1))
        let lines = try #require(closed).lines
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.utf8.count < 500 && $0.hasSuffix(" _r=1>") })
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("<LAVA_WAIT_ALL_DATA ") })
        #expect(lines.last?.hasPrefix("<LAVA_WAIT_ALL_COMPLETE ") == true && lines.last?.contains(" _k=40 ") == true)
    }

    @Test func aRefusalAndATimeOutAreSaidToTheBoard() throws {
        var desk = GroupDesk(waitLimit: .seconds(30))
        _ = try desk.take(try #require(Self.signal("0 SYNC a", 1)), at: Self.time(0))
        _ = try desk.take(try #require(Self.signal("0 SYNC b", 2)), at: Self.time(10))
        let answered = desk.close("1", .refused("nobody is left"), at: Self.time(1))
        let refused = try #require(answered)
        #expect(refused.lines == ["<LAVA_SYNC_COMPLETE nack _r=1>"])
        #expect(refused.failure == Failure(.multinodeTimeout, "lava-sync a: nobody is left"))
        #expect(desk.expired(at: Self.time(39)).isEmpty)
        #expect(desk.expired(at: Self.time(40)) == ["2"])
        let late = desk.expire("2", missing: "job 12.1 (client) has not come to it", at: Self.time(40))
        let expired = try #require(late)
        #expect(expired.failure?.type == .multinodeTimeout)
        #expect(expired.failure?.message == "lava-sync b waited 30 s in vain: job 12.1 (client) has not come to it")
    }

    @Test func aSentMessageIsNotAnswered() throws {
        var desk = GroupDesk(waitLimit: .seconds(1))
        _ = try desk.take(try #require(Self.signal("0 SEND a k=v", 1)), at: Self.time(0))
        #expect(desk.expired(at: Self.time(100)).isEmpty)
        #expect(desk.close("1", .done([]), at: Self.time(1))?.lines == [])
    }

    @Test func aTestThatNeverStopsAskingIsStopped() throws {
        var desk = GroupDesk(waitLimit: nil)
        for number in 1...GroupDesk.mostRequests {
            _ = try desk.take(try #require(Self.signal("0 SEND a", number)), at: Self.time(0))
        }
        let last = try #require(Self.signal("0 SEND a", GroupDesk.mostRequests + 1))
        #expect(throws: Failure.self) { try desk.take(last, at: Self.time(0)) }
    }

    @Test func rowsGoWhereTheSignalStands() throws {
        var rows = GroupRows()
        let wall = WallTime(nanoseconds: 0)
        let wait = try #require(Self.signal("0 WAIT a", 1))
        let send = try #require(Self.signal("0 SEND b", 2))
        let never = try #require(Self.signal("0 SYNC c", 3))
        #expect(rows.outcome(wait.token, wait.request, failure: nil, suite: "9_late", wall: wall).isEmpty)
        func names(_ actions: [SignalMachine.Action]) -> [String] {
            actions.compactMap { action in
                guard case .record(let record) = action else { return nil }
                return "\(record.suite)/\(record.name): \(record.result.name)"
            }
        }
        #expect(names(rows.signal(wait, suite: "0_a", testSet: nil, wall: wall)) == ["0_a/multinode-wait-a: pass"])
        #expect(names(rows.signal(wait, suite: "0_a", testSet: nil, wall: wall)) == [])
        #expect(names(rows.signal(never, suite: "0_a", testSet: nil, wall: wall)) == [])
        #expect(rows.outcome(send.token, send.request, failure: nil, suite: "1_b", wall: wall).isEmpty)
        #expect(
            names(rows.close(suite: "1_b", wall: wall)).sorted() == [
                "0_a/multinode-sync-c: fail", "1_b/multinode-send-b: pass",
            ])
    }
}
