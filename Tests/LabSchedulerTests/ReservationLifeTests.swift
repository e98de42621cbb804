import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import LabScheduler

@Suite struct ReservationLifeTests {
    private static let start = WallTime(nanoseconds: 1_800_000_000_000_000_000)

    private func at(_ seconds: Int64) -> WallTime { Self.start.advanced(by: .seconds(seconds)) }

    private func life(
        _ length: Int64 = 1000, seen: Int64 = 0, _ change: (inout Reservation) -> Void = { _ in }
    ) -> ReservationLife {
        var lease = Reservation(
            id: LeaseID(rawValue: 1), board: BoardName(rawValue: "one"), generation: LeaseGeneration(rawValue: 1),
            holder: "ann", granted: Self.start, expires: at(length))
        change(&lease)
        return ReservationLife(lease: lease, seen: at(seen))
    }

    @Test func aLeaseIsWarnedOfAndExpires() {
        #expect(life().step(at: at(899)) == nil)
        #expect(life().next(after: at(0)) == at(900))
        #expect(life().step(at: at(900)) == .warn)
        let warned = life { $0.isWarned = true }
        #expect(warned.step(at: at(950)) == nil)
        #expect(warned.next(after: at(950)) == at(1000))
        #expect(warned.step(at: at(1000)) == .end(.expired))
        #expect(life().step(at: at(1000)) == .end(.expired), "too late for a warning")
    }

    @Test func aLongLeaseIsWarnedOfTenMinutesBefore() {
        #expect(life(86_400).warning == at(86_400 - 600))
    }

    @Test func aMissedKeepAliveEndsIt() {
        let alive = life(seen: 100) { $0.keepAlive = .seconds(60) }
        #expect(alive.next(after: at(100)) == at(160))
        #expect(alive.step(at: at(159)) == nil)
        #expect(alive.step(at: at(160)) == .end(.silent))
        #expect(life(seen: 990) { $0.keepAlive = .seconds(60) }.step(at: at(1000)) == .end(.expired))
    }

    @Test func aNoticeEndsItEarlier() {
        let notice = Reservation.Notice(by: "eve", reason: "demo", ends: at(200))
        let kicked = life { $0.notice = notice }
        #expect(kicked.lease.ends == at(200))
        #expect(kicked.next(after: at(100)) == at(200))
        #expect(kicked.step(at: at(200)) == .end(.kicked))
    }

    /// After a labd that was away for long, the moment that came first is why the lease ended.
    @Test func theFirstOfManyEndsCounts() {
        let lease = life(seen: 0) {
            $0.keepAlive = .seconds(5000)
            $0.notice = Reservation.Notice(by: "eve", reason: "demo", ends: at(1500))
        }
        #expect(lease.step(at: at(9000)) == .end(.expired))
    }

    @Test func whatHasEndedIsConcluded() {
        let ended = life { $0.ending = .released }
        #expect(ended.step(at: at(0)) == .conclude)
        #expect(ended.next(after: at(0)) == nil)
    }

    @Test func aNewLabdCountsSignsOfLifeFromItsStart() {
        var ledger = LeaseLedger()
        let lease = life { $0.keepAlive = .seconds(60) }.lease
        #expect(ledger.lives(of: [lease], at: at(500)).first?.seen == at(500))
        ledger.sign(lease.id, at: at(520))
        #expect(ledger.lives(of: [lease], at: at(540)).first?.step(at: at(579)) == nil)
        #expect(ledger.lives(of: [lease], at: at(540)).first?.step(at: at(580)) == .end(.silent))
        #expect(ledger.lives(of: [], at: at(600)).isEmpty && ledger.seen(lease.id) == nil)
    }

    private final class JumpingClock: LabClock {
        let jump = Mutex(Duration.zero)
        let inner = VirtualClock()

        func monotonic() -> MonotonicTime { inner.monotonic() }
        func wall() -> WallTime { inner.wall().advanced(by: jump.withLock { $0 }) }
        func sleep(until deadline: MonotonicTime) async throws { try await inner.sleep(until: deadline) }
    }

    @Test func aCalendarThatJumpsMovesNoLease() {
        let clock = JumpingClock()
        let time = SteadyTime(clock)
        let start = clock.wall()
        clock.jump.withLock { $0 = .seconds(86_400) }
        clock.inner.advance(by: .seconds(60))
        #expect(time.now(clock) == start.advanced(by: .seconds(60)))
    }

    @Test func boardsAreOfferedInTheOrderOfTheLine() throws {
        var line = ReservationLine()
        let model = DeviceTypeName(rawValue: "model")
        let places = [
            line.stand(ReservationWish(board: BoardName(rawValue: "two")), by: "ann"),
            line.stand(ReservationWish(type: model), by: "bob"),
            line.stand(ReservationWish(type: model, tags: ["usb"]), by: "cid"),
        ].compactMap(\.self)
        try #require(places.count == 3)
        var isTaken = line.offer(.sample("one"))
        #expect(isTaken && line[places[1]]?.offer == BoardName(rawValue: "one"))
        isTaken = line.offer(.sample("three"))
        #expect(!isTaken, "bob has an offer, and the others want something else")
        isTaken = line.offer(.sample("four", tags: ["usb"]))
        #expect(isTaken && line[places[2]]?.offer == BoardName(rawValue: "four"))
        let left = line.leave(places[2])
        #expect(left == BoardName(rawValue: "four"), "the offer of one who leaves is free again")
        isTaken = line.offer(.sample("two"))
        let taken = [line.takeOffer(places[0]), line.takeOffer(places[0])]
        #expect(isTaken && taken == [BoardName(rawValue: "two"), nil])
        let again = [line.leave(places[0]), line.leave(places[0])]
        #expect(again == [nil, nil] && line.waiters.map(\.number) == [places[1].number])
    }
}
