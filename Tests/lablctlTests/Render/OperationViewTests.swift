import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct OperationViewTests {
    private static let time = "2026-08-20T10:00:00.123456+00:00"

    @Test func aQuietLabIsAFewLines() {
        let status = StatusInfo(
            version: "0.1.0", epoch: 7, started: Self.time, uptime: 43_440, queued: 3, running: 1,
            boards: StatusInfo.BoardCounts(total: 2, states: ["Idle": 1, "Running": 1], healths: ["Good": 2]),
            disk: DiskInfo(free: 61 << 30, capacity: 250 << 30, low: 1 << 30, critical: 1 << 28, level: "ample"))
        #expect(
            StatusView(style: .plain).lines(status) == [
                "labd    0.1.0, up 12 h 04 min, start 7", "queue   3 jobs wait, 1 runs",
                "boards  2: 1 idle, 1 running; all of them good",
                "disk    61.0 GiB of 250 GiB free; low below 1.0 GiB",
            ])
    }

    @Test func whatIsNotAsUsualIsSaid() {
        let status = StatusInfo(
            version: "0.1.0", epoch: 7, started: Self.time, uptime: 60, queued: 1, running: 0,
            boards: StatusInfo.BoardCounts(total: 1, states: ["Idle": 1], healths: ["Maintenance": 1]),
            disk: DiskInfo(free: 1 << 20, capacity: 1 << 30, low: 1 << 28, critical: 1 << 25, level: "critical"),
            pauses: [PauseInfo(name: "drain", text: "drained\u{1B}[2J by ann")],
            drain: DrainInfo(by: "ann", since: Self.time, acrossRestart: true),
            schedules: [
                ScheduleInfo(name: "smoke", rule: "every 3600 s", submitter: "ann", created: Self.time, next: Self.time)
            ],
            scheduleCount: 3)
        let lines = StatusView(style: .plain).lines(status)
        #expect(lines.contains("queue      1 job waits, 0 run; nothing new starts"))
        #expect(lines.contains("boards     1: 1 idle; but 1 Maintenance"))
        #expect(lines.contains("disk       1.0 MiB of 1.0 GiB free, critical (below 32.0 MiB)"))
        #expect(
            lines.contains(
                "drain      since 2026-08-20 10:00:00 UTC by ann; nothing runs: labd may be stopped; stays over a restart"
            ))
        #expect(lines.contains("schedules  smoke 2026-08-20 10:00:00 UTC, and 2 more"))
        #expect(!lines.joined().contains("\u{1B}"))
    }

    @Test func recurringJobsSayWhenAndWhatIsWrong() {
        var broken = ScheduleInfo(
            name: "nightly", rule: "daily 02:00", zone: "Europe/Berlin", submitter: "ann", created: Self.time,
            next: Self.time, lastJob: 4)
        broken.lastFailure = FailureInfo(type: "Job", message: "no board", place: "3:1", advice: "add one")
        let paused = ScheduleInfo(
            name: "smoke", rule: "every 5400 s", submitter: "bob", paused: true, created: Self.time)
        let table = ScheduleView(style: .plain).table(ScheduleList(schedules: [broken, paused]))
        #expect(table.count == 3)
        #expect(table[1].contains("daily 02:00 Europe/Berlin") && table[1].contains("failed: no board"))
        #expect(table[2].contains("every 90 min") && table[2].contains("paused"))
        let details = ScheduleView(style: .plain).details(broken)
        #expect(details.contains("try        add one") && details.contains("at         3:1"))
        #expect(ScheduleView(style: .plain).table(ScheduleList(schedules: [])).count == 1)
    }

    @Test func retentionSaysWhatGoesAndWhetherItWent() {
        var report = RetentionReport(
            began: WallTime(nanoseconds: 0), isDryRun: true, policy: "logs 90 d", level: .ample)
        report.logs.add(5 << 20, items: 12)
        report.obstacles = ["/x cannot be removed"]
        let dry = RetentionView(style: .plain).lines(RetentionInfo(report))
        #expect(dry.contains("policy  logs 90 d") && dry.last?.hasPrefix("nothing was removed") == true)
        #expect(dry.contains { $0.hasPrefix("logs of jobs") && $0.contains("12") && $0.hasSuffix("5.0 MiB") })
        #expect(dry.contains("left: /x cannot be removed"))
        report.isDryRun = false
        #expect(RetentionView(style: .plain).lines(RetentionInfo(report)).last == "removed: 12 logs of jobs, 5.0 MiB")
        let nothing = RetentionReport(began: WallTime(nanoseconds: 0), isDryRun: false, policy: "p", level: .ample)
        #expect(RetentionView.words(RetentionInfo(nothing)) == "nothing")
    }

    @Test(arguments: [
        ["schedule", "add", "n", "job.yaml"],
        ["schedule", "add", "n", "--every", "1h", "--daily", "02:00", "job.yaml"],
        ["schedule", "add", "n", "--every", "1s", "job.yaml"], ["schedule", "add", "n", "--cron", "x", "job.yaml"],
        ["schedule", "add", "n", "--every", "1h", "--zone", "UTC", "job.yaml"],
        ["schedule", "add", "n", "--daily", "26:00", "job.yaml"],
    ])
    func aWrongRuleIsRefusedBeforeLabdIsAsked(arguments: [String]) {
        #expect(throws: (any Error).self) { try Lablctl.command(for: arguments) }
    }

    @Test(arguments: [
        ["status"], ["drain", "--wait", "--reason", "x", "--across-restart"], ["resume"], ["retention", "--run"],
        ["schedule"], ["schedule", "add", "n", "--cron", "0 2 * * 1-5", "--zone", "Europe/Berlin", "job.yaml"],
        ["schedule", "run-now", "n"], ["job", "pin", "3"], ["job", "unpin", "3"], ["job", "3"], ["job", "show", "3"],
    ])
    func commandsAreRead(arguments: [String]) throws {
        _ = try Lablctl.command(for: arguments)
    }
}
