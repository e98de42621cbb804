import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct LeaseCommandTests {
    private static let start = WallTime(nanoseconds: 1_787_220_000_000_000_000)

    private static func lease(
        _ id: Int64 = 12, holder: String = "ann", remaining: Int64 = 7200, notice: Reservation.Notice? = nil,
        ending: Reservation.Ending? = nil, length: Int64 = 7200
    ) -> LeaseInfo {
        let reservation = Reservation(
            id: LeaseID(rawValue: id), board: BoardName(rawValue: "sim-1"),
            generation: LeaseGeneration(rawValue: 1), holder: holder, reason: "boot loader", granted: start,
            expires: start.advanced(by: .seconds(length)), notice: notice, ending: ending)
        return LeaseInfo(reservation, remaining: .seconds(remaining))
    }

    @Test func reserveTakesABoardOrAType() throws {
        let named = try #require(
            try Lablctl.command(for: ["reserve", "sim-1", "--for", "30m", "--wait", "--reason", "x"])
                as? ReserveCommand)
        #expect(named.board == "sim-1" && named.length?.duration == .seconds(1800) && named.wait)
        let typed = try #require(
            try Lablctl.command(for: [
                "reserve", "--type", "sim", "--tag", "usb", "--tag", "fast", "--keep-alive", "30s", "--", "make", "-j",
            ]) as? ReserveCommand)
        #expect(typed.board == nil && typed.type == "sim" && typed.tag == ["usb", "fast"])
        #expect(typed.command == ["make", "-j"] && typed.keepAlive?.duration == .seconds(30))
        let both = try #require(
            try Lablctl.command(for: ["reserve", "sim-1", "--", "make"]) as? ReserveCommand)
        #expect(both.board == "sim-1" && both.command == ["make"])
    }

    @Test(arguments: [
        ["reserve"], ["reserve", "a", "--type", "b"], ["reserve", "a", "--for", "31d"], ["reserve", "a", "--for", "x"],
        ["reserve", "a", "--keep-alive", "1s"], ["reserve", "a", "--json", "--", "true"], ["extend", "a"],
        ["kick", "a"], ["kick", "a", "--reason", " "], ["kick", "a", "--reason", "x", "--now", "--grace", "1m"],
        ["release", "a", "--lease", "0"], ["hand-over", "a"], ["leases", "--limit", "0"],
        ["board", "health", "a", "great"], ["board", "health", "a", "maintenance"], ["board", "log"],
    ])
    func wrongLinesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Lablctl.command(for: arguments) }
    }

    @Test func aLeaseIsNamedForItsOwnBoardOnly() {
        let names = LeaseNames("sim-1=12,two words=13,x,=3,y=-1,z=a")
        #expect(names.variable == "sim-1=12,two words=13")
        #expect(names.number(for: "/api/v1/boards/sim-1/power") == 12)
        #expect(names.number(for: "/api/v1/boards/sim-1") == 12)
        #expect(names.number(for: "/api/v1/boards/two%20words/console?offset=1") == 13)
        #expect(names.number(for: "/api/v1/boards/sim-10/power") == nil)
        #expect(names.number(for: "/api/v1/leases") == nil)
        #expect(names.adding(20, of: "sim-1").number(for: "/api/v1/boards/sim-1/power") == 20)
        #expect(LeaseNames(nil).variable.isEmpty)
    }

    @Test func theHolderIsToldWhatHeHasToKnowOnce() {
        var watch = LeaseWatch(lease: Self.lease())
        #expect(watch.look(at: Self.lease(remaining: 601)).isEmpty)
        #expect(
            watch.look(at: Self.lease(remaining: 590)) == [
                "the lease of sim-1 ends in 9 min 50 s; `lablctl extend sim-1 --for 1h` makes it longer"
            ])
        #expect(watch.look(at: Self.lease(remaining: 300)).isEmpty)
        // Extended, and late again.
        #expect(watch.look(at: Self.lease(remaining: 4000, length: 10_800)).isEmpty)
        #expect(watch.look(at: Self.lease(remaining: 100, length: 10_800)).count == 1)
        let notice = Reservation.Notice(by: "eve", reason: "demo", ends: Self.start)
        #expect(
            watch.look(at: Self.lease(remaining: 120, notice: notice)) == ["eve takes sim-1 back in 2 min 00 s: demo"])
        #expect(watch.look(at: Self.lease(remaining: 60, notice: notice)).isEmpty)
        #expect(watch.look(at: Self.lease(ending: .kicked)) == ["the lease of sim-1 is over; its power goes off"])
        #expect(watch.look(at: nil).isEmpty)
        #expect(watch.look(at: Self.lease(13, holder: "bob")).isEmpty, "somebody new after a while")
    }

    @Test func anHeirIsNamed() {
        var watch = LeaseWatch(lease: Self.lease())
        #expect(watch.look(at: Self.lease(13, holder: "bob")) == ["bob has sim-1 now (lease 13)"])
    }

    @Test func leasesAreListedWithWhoWaits() {
        let view = LeaseView(style: .plain)
        #expect(view.table(LeaseList(leases: [])) == ["nobody holds a board"])
        let wish = ReservationWish(type: DeviceTypeName(rawValue: "sim"), tags: ["usb"], reason: "CI")
        let waiting = LineInfo(LineEntry(caller: "bob", wish: wish))
        #expect(
            view.table(LeaseList(leases: [Self.lease()], waiting: [waiting])) == [
                "LEASE  BOARD  HOLDER  SINCE (UTC)       ENDS IN     WHAT FOR",
                "   12  sim-1  ann     2026-08-20 10:00  2 h 00 min  boot loader",
                "bob waits for a board of type sim with usb: CI",
            ])
        #expect(
            view.begun(Self.lease())[0] == "sim-1 is ann's until 2026-08-20 12:00 UTC (2 h 00 min, lease 12)")
        #expect(view.clause(Self.lease()) == "ann, for another 2 h 00 min (lease 12): boot loader")
    }

    @Test func aLogTellsWhoDidWhatAndWhy() {
        let board = BoardName(rawValue: "sim-1")
        let later = Self.start.advanced(by: .seconds(3600))
        let entries = [
            BoardLogEntry(at: Self.start, board: board, kind: .boardHealth, by: "eve", reason: "smoke", health: .bad),
            BoardLogEntry(
                at: Self.start, board: board, kind: .leaseEnded, by: "labd", lease: LeaseID(rawValue: 12),
                holder: "ann", ending: .silent),
            BoardLogEntry(
                at: Self.start, board: board, kind: .leaseBegan, by: "labd", lease: LeaseID(rawValue: 12),
                holder: "ann", expires: later, job: JobID(rawValue: 7)),
        ]
        #expect(
            LeaseView(style: .plain).log(BoardLogPage(board: "sim-1", entries: entries.map { BoardLogLine($0) })) == [
                "TIME (UTC)",
                "2026-08-20 10:00:00  health Bad, by eve: smoke",
                "2026-08-20 10:00:00  lease 12 of ann ended because its holder gave no sign of life",
                "2026-08-20 10:00:00  ann has it until 11:00 (lease 12, kept as job 7 left it)",
            ])
    }

    @Test func aLogTellsWhoTookABoardFromWhom() {
        let board = BoardName(rawValue: "sim-1")
        let tomorrow = Self.start.advanced(by: .seconds(86_400))
        func entry(_ kind: LabEvent.Kind, by user: String, holder: String, ending: Reservation.Ending? = nil)
            -> BoardLogLine
        {
            BoardLogLine(
                BoardLogEntry(
                    at: Self.start, board: board, kind: kind, by: user, reason: "demo", lease: LeaseID(rawValue: 3),
                    holder: holder, expires: tomorrow, ending: ending))
        }
        let entries = [
            entry(.leaseEnded, by: "eve", holder: "ann", ending: .kicked),
            entry(.leaseNotice, by: "eve", holder: "ann"), entry(.leaseHandedOver, by: "bob", holder: "ann"),
            entry(.leaseExtended, by: "bob", holder: "bob"), entry(.leaseBegan, by: "bob", holder: "bob"),
        ]
        let lines = LeaseView(style: .plain).log(BoardLogPage(board: "sim-1", entries: entries)).dropFirst()
        #expect(
            lines.map { $0.dropFirst(21) } == [
                "lease 3 of ann was taken back, by eve: demo",
                "eve takes it back from ann, who has time until 2026-08-21 10:00 (lease 3): demo",
                "bob handed it over to ann (lease 3 is over): demo",
                "bob has it longer, until 2026-08-21 10:00 (lease 3): demo",
                "bob has it until 2026-08-21 10:00 (lease 3): demo",
            ])
    }

    @Test func whoSwitchesABoardOnIsToldThatItIsHis() {
        var board = BoardInfo(name: "sim-1", type: "sim", state: "Reserved", health: "Good", power: "on")
        let view = PowerView(style: .plain)
        #expect(view.switched(board, isOff: false) == ["sim-1: power on"])
        board.lease = Self.lease()
        #expect(view.switched(board, isOff: false) == ["sim-1: power on"])
        board.power = "off"
        #expect(
            view.switched(board, isOff: true) == ["sim-1: power off; ann still holds it, until 2026-08-20 12:00 UTC"])
        board.lease?.reason = Reservation.byHandReason
        #expect(
            view.switched(board, isOff: false).last
                == "  labd keeps sim-1 for you until 12:00 UTC; `lablctl release sim-1` gives it back")
    }
}
