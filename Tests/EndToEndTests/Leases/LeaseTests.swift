import Foundation
import LabWire
import Subprocess
import SystemPackage
import Testing

/// Boards that people hold, through the real programs.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LeaseTests {
    private func withLab(_ body: @escaping @Sendable (BoardLab) async throws -> Void) async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["one", "two"] {
            try BoardLab.write(BoardLab.board(tags: [name]), to: "\(folder)/boards/\(name).yaml")
        }
        try await BoardLab.running(folder, body)
        #expect(processes(ownedBy: folder + "/state").isEmpty)
    }

    /// lablctl in somebody's name.
    private static func ctl(
        _ lab: BoardLab, as user: String, lease: String? = nil, _ arguments: String...
    ) async throws -> Programs.Outcome {
        var environment: [Environment.Key: String] = ["LABD_USER": user]
        environment["LABD_LEASE"] = lease
        return try await lab.daemon.ctl(arguments, environment: environment)
    }

    private static func leases(_ lab: BoardLab) async throws -> [LeaseInfo] {
        let list: LeaseList = try await lab.lab.get("/api/v1/leases")
        return list.leases
    }

    private static func log(_ lab: BoardLab, _ board: String) async throws -> [BoardLogLine] {
        let page: BoardLogPage = try await lab.lab.get("/api/v1/boards/\(board)/log?kind=leases")
        return page.entries
    }

    @Test func aReservedBoardKeepsJobsWaitingUntilItsLeaseExpires() async throws {
        try await withLab { lab in
            let reserved = try await Self.ctl(
                lab, as: "ann", "reserve", "one", "--for", "6s", "--reason", "boot loader")
            #expect(reserved.status == 0, "\(reserved.errors)")
            #expect(reserved.output.hasPrefix("one is ann's until "), "\(reserved.output)")
            let job = try await lab.lab.submit(BoardLab.job(tag: "one"))
            let waiting = try await lab.job(job).waiting ?? ""
            #expect(waiting.contains("one, is lent: ann holds it since"), "\(waiting)")
            #expect(waiting.contains("boot loader"), "\(waiting)")

            #expect(try await Self.ctl(lab, as: "ann", "power", "one", "on").status == 0)
            #expect(try await lab.board("one")?.power == "on")
            let stranger = try await Self.ctl(lab, as: "bob", "power", "one", "off")
            #expect(stranger.status == 75 && stranger.errors.contains("the board one is not free: ann holds it since"))
            #expect(stranger.errors.contains("lablctl kick one --reason"), "\(stranger.errors)")
            for words in [["release", "one"], ["extend", "one", "--for", "1h"], ["hand-over", "one", "bob"]] {
                let refused = try await lab.daemon.ctl(words, environment: ["LABD_USER": "bob"])
                #expect(refused.status == 75 && refused.errors.contains("ann holds it"), "\(refused.errors)")
            }
            let table = try await Self.ctl(lab, as: "bob", "leases").output
            #expect(table.contains("ann") && table.contains("boot loader"), "\(table)")

            let ended = try await lab.lab.ending(of: job)
            #expect(ended.health == "Complete" && ended.attempt == 1)
            let history = try await Self.ctl(lab, as: "bob", "leases", "--history", "one").output
            #expect(history.contains("of ann has expired\n"), "\(history)")
            #expect(history.contains("ann was warned: lease "), "\(history)")
            let late = try await Self.ctl(lab, as: "ann", "release", "one")
            #expect(late.status == 75 && late.errors.contains("nobody holds the board one"), "\(late.errors)")
        }
    }

    /// No board has power without somebody who holds it, also when nobody reserved it.
    @Test func whoSwitchesABoardOnHoldsIt() async throws {
        try await withLab { lab in
            let on = try await Self.ctl(lab, as: "ann", "power", "one", "on")
            #expect(
                on.status == 0 && on.output.hasPrefix("one: power on\n  labd keeps one for you until "), "\(on.errors)")
            #expect(on.output.hasSuffix("UTC; `lablctl release one` gives it back\n"), "\(on.output)")
            let lease = try #require(try await Self.leases(lab).first)
            #expect(lease.holder == "ann" && lease.reason == "switched on by hand" && lease.remaining > 1700)
            #expect(try await Self.ctl(lab, as: "bob", "power", "one", "off").status == 75)
            #expect(try await Self.ctl(lab, as: "bob", "board", "check", "one").status == 75)
            let off = try await Self.ctl(lab, as: "ann", "power", "one", "off")
            #expect(off.status == 0 && off.output == "one: power off\n", "\(off.output)\(off.errors)")
            let board = try #require(try await lab.board("one"))
            #expect(board.state == "Idle" && board.power == "off" && board.lease == nil)
            // Held while it is looked at, and nobody's afterwards.
            _ = try await Self.ctl(lab, as: "bob", "board", "check", "one")
            let after = try #require(try await lab.board("one"))
            #expect(after.state == "Idle" && after.power == "off" && after.lease == nil)
            try await lab.expectUndisturbed([try await lab.lab.submit(BoardLab.job(tag: "one"))])
        }
    }

    @Test func aKickTellsTheHolderAndTakesTheBoard() async throws {
        try await withLab { lab in
            _ = try await Self.ctl(lab, as: "ann", "reserve", "one")
            _ = try await Self.ctl(lab, as: "ann", "power", "one", "on")
            let kicked = try await Self.ctl(
                lab, as: "eve", "kick", "one", "--reason", "demo at noon", "--grace", "2s")
            #expect(kicked.status == 0 && kicked.output.hasPrefix("ann is told"), "\(kicked.output)\(kicked.errors)")
            let longer = try await Self.ctl(lab, as: "ann", "extend", "one", "--for", "1h")
            #expect(
                longer.status == 75 && longer.errors.contains("is not free for longer: eve takes it back"),
                "\(longer.errors)")
            try await lab.eventually("the board is free") { try await lab.board("one")?.state == "Idle" }
            #expect(try await lab.board("one")?.power == "off")
            let end = try #require(try await Self.log(lab, "one").first)
            #expect(end.ending == "kicked" && end.by == "eve" && end.reason == "demo at noon" && end.holder == "ann")

            _ = try await Self.ctl(lab, as: "ann", "reserve", "one")
            let now = try await Self.ctl(lab, as: "eve", "kick", "one", "--reason", "fire", "--now")
            #expect(now.output.hasPrefix("one was taken back from ann"), "\(now.output)\(now.errors)")
            #expect(try await lab.board("one")?.state == "Idle")
        }
    }

    @Test func whoWaitsGetsTheBoardBeforeJobs() async throws {
        try await withLab { lab in
            let holding = try await lab.lab.submit(lab.holdingJob(tag: "one", gate: "one"))
            try await lab.untilRuns(holding)
            let behind = try await lab.lab.submit(BoardLab.job(tag: "one"))
            let busy = try await Self.ctl(lab, as: "ann", "reserve", "one")
            #expect(busy.status == 75 && busy.errors.contains("job \(holding) holds it"), "\(busy.errors)")
            async let waited = Self.ctl(lab, as: "ann", "reserve", "one", "--wait", "--json")
            try await lab.eventually("ann stands in line") {
                let list: LeaseList = try await lab.lab.get("/api/v1/leases")
                return list.waiting.first?.user == "ann"
            }
            #expect(try await Self.ctl(lab, as: "bob", "leases").output.contains("ann waits for one"))
            try lab.open(gate: "one")
            let lease = try JSONDecoder().decode(LeaseInfo.self, from: Data(try await waited.output.utf8))
            #expect(lease.holder == "ann" && lease.board == "one")
            #expect(try await lab.job(behind).state == "Submitted")
            let errors = try await waited.errors
            #expect(errors.contains("waiting: the board one is not free: job \(holding) holds it"), "\(errors)")
            _ = try await Self.ctl(lab, as: "ann", "release", "one")
            try await lab.expectUndisturbed([holding, behind])
        }
    }

    @Test func aCommandRunsUnderALease() async throws {
        try await withLab { lab in
            let lablctl = Programs.lablctl.string
            let script = "echo on $LABD_BOARD; \(lablctl) power $LABD_BOARD on >&2; \(lablctl) leases --json; exit 7"
            let outcome = try await lab.daemon.ctl(
                ["reserve", "--type", "sim", "--tag", "two", "--", "sh", "-c", script],
                environment: ["LABD_USER": "ci", "LABD_SERVER": lab.daemon.server])
            #expect(outcome.status == 7, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("on two\n"), "\(outcome.output)")
            #expect(outcome.output.contains(#""holder":"ci""#) && outcome.output.contains(#""keepAlive":60"#))
            #expect(outcome.errors.contains("two: power on") && outcome.errors.contains("two is given back"))
            #expect(try await Self.leases(lab).isEmpty)
            #expect(try await lab.board("two")?.power == "off")

            // Whoever names a lease that has ended commands nothing.
            let ended = try #require(try await Self.log(lab, "two").first?.lease)
            let stale = try await Self.ctl(lab, as: "ci", lease: "two=\(ended)", "power", "two", "on")
            #expect(stale.status == 75 && stale.errors.contains("not free for lease \(ended), which has ended"))
            #expect(try await lab.board("two")?.power == "off")

            // A command whose board is taken back is ended.
            async let long = lab.daemon.ctl(
                ["reserve", "two", "--keep-alive", "5s", "--", "sleep", "100"], environment: ["LABD_USER": "ci"])
            try await lab.eventually("the lease") { try await Self.leases(lab).count == 1 }
            _ = try await Self.ctl(lab, as: "eve", "kick", "two", "--reason", "demo", "--now")
            let taken = try await long
            #expect(taken.status == 75 && taken.errors.contains("the lease is over"), "\(taken.errors)")

            // One that cannot be started gives its board back.
            let missing = try await lab.daemon.ctl(
                ["reserve", "two", "--", "/no/such/program"], environment: ["LABD_USER": "ci"])
            #expect(missing.status == 66 && missing.errors.contains("/no/such/program"), "\(missing.errors)")
            #expect(try await Self.leases(lab).isEmpty)
        }
    }

    @Test func healthIsSaidWithItsReasonAndLogged() async throws {
        try await withLab { lab in
            #expect(try await Self.ctl(lab, as: "eve", "board", "health", "one", "maintenance").status == 64)
            let said = try await Self.ctl(
                lab, as: "eve", "board", "health", "one", "maintenance", "--reason", "new cable")
            #expect(said.output == "one: Maintenance: new cable\n", "\(said.errors)")
            // In maintenance a board may have power and no holder; out of it, it may not.
            _ = try await Self.ctl(lab, as: "eve", "power", "one", "on")
            #expect(try await lab.board("one")?.power == "on")
            _ = try await Self.ctl(lab, as: "eve", "board", "health", "one", "good")
            #expect(try await lab.board("one")?.power == "off")
            let log = try await Self.ctl(lab, as: "bob", "board", "log", "one").output.split(separator: "\n")
            #expect(log.count == 3, "\(log)")
            #expect(log[1].hasSuffix("health Good, by eve"), "\(log)")
            #expect(log.last?.hasSuffix("health Maintenance, by eve: new cable") == true, "\(log)")
        }
    }

    @Test func aFailedJobKeepsItsBoardForItsSubmitter() async throws {
        try await withLab { lab in
            let never = "- boot: {method: minimal, prompts: ['never-there'], timeout: {seconds: 3}}"
            let job = "on_failure: hold 30m\n" + HostileJob(tag: "one", blocks: [], first: never).text
            let file = lab.folder + "/job.yaml"
            try BoardLab.write(job, to: file)
            let submitted = try await Self.ctl(lab, as: "ann", "submit", file)
            let id = try #require(Int64(submitted.output.filter(\.isNumber)), "\(submitted.errors)")
            let ended = try await lab.lab.ending(of: id)
            #expect(ended.health == "Incomplete" && ended.attempt == 1)
            let hold = try #require(ended.hold)
            #expect(hold.holder == "ann" && hold.purpose == "hold" && hold.remaining > 1700)
            let page = try await Self.ctl(lab, as: "bob", "job", "\(id)").output
            #expect(page.contains("`lablctl console one` gets at it, `lablctl release one` lets go"), "\(page)")
            let board = try #require(try await lab.board("one"))
            #expect(board.state == "Reserved" && board.power == "on" && board.lease?.job == id)
            #expect(try await Self.ctl(lab, as: "bob", "power", "one", "off").status == 75)
            #expect(try await Self.ctl(lab, as: "ann", "power", "one", "cycle").status == 0)
            let released = try await Self.ctl(lab, as: "ann", "release", "one")
            #expect(released.status == 0, "\(released.errors)")
            let after = try #require(try await lab.board("one"))
            #expect(after.state == "Idle" && after.power == "off")
            #expect(try await lab.job(id).hold == nil)
            try await lab.expectUndisturbed([try await lab.lab.submit(BoardLab.job(tag: "one"))])
        }
    }

    /// The daemon is killed while people hold boards: one lease still stands afterwards, another one has expired.
    @Test func leasesOutliveAKilledDaemon() async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["one", "two"] {
            try BoardLab.write(BoardLab.board(tags: [name]), to: "\(folder)/boards/\(name).yaml")
        }
        try await BoardLab.running(folder) { lab in
            _ = try await Self.ctl(lab, as: "ann", "reserve", "one", "--for", "1h", "--reason", "boot loader")
            _ = try await Self.ctl(lab, as: "bob", "reserve", "two", "--for", "3s")
            for (name, user) in [("one", "ann"), ("two", "bob")] {
                #expect(try await Self.ctl(lab, as: user, "power", name, "on").status == 0)
            }
            kill(lab.daemon.number, SIGKILL)
        }
        // While nobody is there the second lease expires.
        try await Task.sleep(for: .seconds(3))
        try await BoardLab.running(folder) { lab in
            let leases = try await Self.leases(lab)
            #expect(leases.map(\.board) == ["one"] && leases.first?.holder == "ann")
            #expect(try await lab.board("two")?.power == "off")
            #expect(try await lab.board("two")?.state == "Idle")
            #expect(try await Self.log(lab, "two").first?.ending == "expired")
            #expect(try await Self.ctl(lab, as: "ann", "power", "one", "cycle").status == 0)
            #expect(try await Self.ctl(lab, as: "ann", "release", "one").status == 0)
            #expect(try await lab.board("one")?.power == "off")
            let job = try await lab.lab.submit(BoardLab.job(tag: "two"))
            try await lab.expectUndisturbed([job])
        }
        #expect(processes(ownedBy: folder + "/state").isEmpty)
    }
}
