import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

@Suite struct LeaseRouteTests {
    private let lab = Lab()
    private var leases: FakeLeases { lab.leases }

    private func named(_ user: String, lease: String? = nil) -> HTTPFields {
        var headers: HTTPFields = [.labdUser: user]
        headers[.labdLease] = lease
        return headers
    }

    @Test func aBoardIsReserved() async throws {
        try await lab.test { client in
            let body = #"{"board":"qemu-1","seconds":600,"reason":"boot\nloader","keepAlive":30,"tags":["slow"]}"#
            let lease = try await client.call(
                LeaseInfo.self, .post, "/api/v1/leases", body, headers: named("ann"), expecting: .created)
            #expect(lease.id == 12 && lease.holder == "ann" && lease.remaining == 3600)
        }
        #expect(
            leases.memory.withLock { $0.wishes } == [
                ReservationWish(
                    board: BoardName(rawValue: "qemu-1"), tags: ["slow"], length: .seconds(600), reason: "boot loader",
                    keepAlive: .seconds(30))
            ])
    }

    @Test(arguments: [
        "{}", #"{"board":"a","type":"b"}"#, #"{"board":"a","seconds":0.5}"#, #"{"board":"a","seconds":1e12}"#,
        #"{"board":"a","keepAlive":1}"#, #"{"board":"a","bord":1}"#, "",
    ])
    func wishesThatCannotBeAreRefused(body: String) async throws {
        try await lab.test { client in
            _ = try await client.refusal(.post, "/api/v1/leases", body, expecting: .badRequest)
        }
        #expect(leases.memory.withLock { $0.deeds }.isEmpty)
    }

    @Test func whatSomebodyElseHoldsIsAConflict() async throws {
        leases.memory.withLock {
            $0.refusal = Failure(.job, "the board qemu-1 is not free: bob holds it", advice: "ask bob")
        }
        try await lab.test { client in
            for (target, body) in [
                ("/leases", #"{"board":"qemu-1"}"#), ("/boards/qemu-1/lease/extend", #"{"seconds":60}"#),
                ("/boards/qemu-1/lease/release", ""), ("/boards/qemu-1/lease/keep-alive", ""),
                ("/leases/wait?board=qemu-1", ""),
            ] {
                let refusal = try await client.refusal(.post, "/api/v1" + target, body, expecting: .conflict)
                #expect(refusal.error.message == "the board qemu-1 is not free: bob holds it")
                #expect(refusal.error.advice == "ask bob")
            }
        }
    }

    /// Any of a type is as much of a conflict as one by its name.
    @Test func noneOfATypeIsAConflict() async throws {
        leases.memory.withLock { $0.refusal = Failure(.job, "none of the 2 boards of type sim is free") }
        try await lab.test { client in
            _ = try await client.refusal(.post, "/api/v1/leases", #"{"type":"sim"}"#, expecting: .conflict)
        }
    }

    @Test func aMissingBoardIsNoConflict() async throws {
        leases.memory.withLock { $0.refusal = Failure(.job, "there is no board named x") }
        try await lab.test { client in
            _ = try await client.refusal(.post, "/api/v1/leases", #"{"board":"x"}"#, expecting: .notFound)
            _ = try await client.refusal(.post, "/api/v1/leases/wait?board=x", expecting: .notFound)
            _ = try await client.refusal(.post, "/api/v1/leases", #"{"type":"x"}"#, expecting: .unprocessableContent)
            _ = try await client.refusal(.post, "/api/v1/boards/x/lease/release", expecting: .notFound)
        }
    }

    @Test func whatIsDoneToALeaseIsDoneInItsName() async throws {
        try await lab.test { client in
            let headers = named("ann", lease: "12, 13")
            for (action, body) in [
                ("extend", #"{"seconds":60}"#), ("release", #"{"reason":"done"}"#), ("release", ""),
                ("hand-over", #"{"to":"bob"}"#), ("kick", #"{"reason":"demo"}"#),
                ("kick", #"{"reason":"demo","grace":0}"#), ("keep-alive", ""),
            ] {
                _ = try await client.call(
                    LeaseInfo.self, .post, "/api/v1/boards/qemu-1/lease/\(action)", body, headers: headers)
            }
        }
        leases.memory.withLock { memory in
            #expect(
                memory.deeds == [
                    "extend qemu-1 60.0 seconds", "release qemu-1 done", "release qemu-1 -", "hand qemu-1 to bob",
                    "kick qemu-1 120.0 seconds: demo", "kick qemu-1 0.0 seconds: demo", "alive qemu-1",
                ])
            let ann = Caller("ann", leases: [LeaseID(rawValue: 12), LeaseID(rawValue: 13)])
            #expect(Set(memory.callers) == [ann])
        }
    }

    @Test(arguments: [
        ("extend", #"{"seconds":0}"#), ("extend", ""), ("hand-over", #"{"to":"a b"}"#), ("hand-over", #"{"to":""}"#),
        ("kick", "{}"), ("kick", #"{"reason":" "}"#), ("kick", #"{"reason":"x","grace":-1}"#),
    ])
    func wrongBodiesAreRefused(action: String, body: String) async throws {
        try await lab.test { client in
            _ = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/lease/\(action)", body, expecting: .badRequest)
        }
    }

    @Test(arguments: ["x", "-1", "1;2", "", "0"])
    func aLeaseHeaderThatIsNoneIsRefused(header: String) async throws {
        try await lab.test { client in
            _ = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/power", #"{"change":"on"}"#, headers: named("ann", lease: header),
                expecting: .badRequest)
        }
    }

    @Test func aLineTellsWhyAndThenTheLease() async throws {
        leases.memory.withLock { $0.triesUntilOffer = 1 }
        try await lab.test { client in
            let response = try await client.raw(
                .post, "/api/v1/leases/wait?board=qemu-1&seconds=60&tags=a,b&reason=why&keepAlive=30")
            #expect(response.status == .ok)
            var parser = ServerSentEventParser()
            let events = try parser.feed(Array(String(buffer: response.body).utf8))
            #expect(events.map(\.event) == ["waiting", "lease"])
            #expect(events.first?.data.contains("job 7 holds it") == true)
            #expect(events.last?.data.contains(#""id":12"#) == true)
        }
        leases.memory.withLock { memory in
            #expect(
                memory.wishes == [
                    ReservationWish(
                        board: BoardName(rawValue: "qemu-1"), tags: ["a", "b"], length: .seconds(60), reason: "why",
                        keepAlive: .seconds(30))
                ])
            #expect(memory.left == 1)
        }
    }

    @Test func boardsAndJobsTellOfLeases() async throws {
        let job = JobID(rawValue: 3)
        let lease = FakeLeases.lease(job: job)
        leases.memory.withLock { $0.leases = [lease] }
        lab.store.add(3, state: .finished, health: .incomplete)
        lab.store.with { contents in
            contents.boards[0].reservation = lease
            contents.jobs[job]?.holdOnFailure = .seconds(1800)
        }
        let info = LeaseInfo(lease, remaining: .seconds(3600))
        try await lab.test { client in
            let list = try await client.call(LeaseList.self, .get, "/api/v1/leases")
            let board = try await client.call(BoardInfo.self, .get, "/api/v1/boards/qemu-1")
            let job = try await client.call(JobInfo.self, .get, "/api/v1/jobs/3")
            #expect(list.leases == [info] && board.lease == info && job.hold == info)
        }
    }

    @Test func aBoardsLogIsRead() async throws {
        let board = BoardName(rawValue: "qemu-1")
        leases.memory.withLock {
            $0.log = [
                BoardLogEntry(at: FakeLeases.start, board: board, kind: .boardHealth, by: "eve", health: .bad),
                BoardLogEntry(at: FakeLeases.start, board: board, kind: .leaseEnded, by: "ann", ending: .released),
            ]
        }
        try await lab.test { client in
            let all = try await client.call(BoardLogPage.self, .get, "/api/v1/boards/qemu-1/log")
            #expect(all.entries.map(\.kind) == ["board.health", "lease.ended"])
            #expect(all.entries.first?.health == "Bad" && all.entries.first?.by == "eve")
            let leases = try await client.call(
                BoardLogPage.self, .get, "/api/v1/boards/qemu-1/log?kind=leases&limit=7")
            #expect(leases.entries.map(\.ending) == ["released"])
            _ = try await client.refusal(.get, "/api/v1/boards/qemu-1/log?kind=all", expecting: .badRequest)
        }
        #expect(leases.memory.withLock { $0.deeds } == ["log 50", "log 7"])
    }

    @Test func healthIsSetInSomebodysName() async throws {
        try await lab.test { client in
            _ = try await client.call(
                BoardInfo.self, .post, "/api/v1/boards/qemu-1/health", #"{"health":"maintenance","reason":"cable"}"#,
                headers: named("eve"))
        }
        leases.memory.withLock { memory in
            #expect(memory.deeds == ["health qemu-1 Maintenance: cable"] && memory.callers == ["eve"])
        }
    }
}
