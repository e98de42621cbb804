import Foundation
import GRDB
import LabWire
import Testing

/// Operating a real labd: backup and restore, drain, a disk that fills up, retention, recurring jobs.
@Suite(.serialized) struct OperationsTests {
    private static let boards = """
        boards:
        - {name: one, type: sim, driver: sim, tags: [any, one]}
        - {name: two, type: sim, driver: sim, tags: [any]}
        - {name: three, type: sim, driver: sim, tags: [any]}
        - {name: four, type: sim, driver: sim, tags: [any]}
        """ + "\n"

    /// A job that talks for about `seconds`.
    private static func job(_ tag: String = "any", seconds: Double = 0.6) -> String {
        let steps = max(1, Int(seconds / 0.3))
        return HostileJob(
            tag: tag,
            blocks: [
                HostileJob.dialogue(
                    "talk", seconds: 60, (0..<steps).map { ("sleep 0.3; echo line \($0)", "line \($0)") })
            ]
        ).text
    }

    private static func labd(_ arguments: [String]) async throws -> Programs.Outcome {
        try await Programs.run(Programs.labd, arguments)
    }

    private static func expectSound(_ folder: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let check = try await labd(["check", folder])
        #expect(check.status == 0, "\(check.output)\(check.errors)", sourceLocation: sourceLocation)
    }

    private static func until(_ what: String, seconds: Int = 60, _ isTrue: () async throws -> Bool) async throws {
        for _ in 0..<(seconds * 20) {
            if try await isTrue() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DaemonError(text: "never: \(what)")
    }

    private static func remove(_ paths: String...) {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func aBackupOfALabAtWorkComesBackWhole() async throws {
        let state = try temporaryFolder()
        let (backup, restored) = (state + "-backup", state + "-restored")
        defer { Self.remove(state, backup, restored, state + ".yaml", restored + ".yaml") }
        let (jobs, before) = try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            var jobs: [Int64] = []
            for _ in 0..<20 { jobs.append(try await lab.submit(Self.job())) }
            try await Self.until("jobs end") {
                let list: JobList = try await lab.get("/api/v1/jobs?state=finished&limit=100")
                return list.total >= 4
            }
            try await Self.expectSound(state)
            let made = try await Self.labd(["backup", backup, "--state", state])
            #expect(made.status == 0, "\(made.errors)")
            print("operations: \(made.output)", terminator: "")
            let running: JobList = try await lab.get("/api/v1/jobs?state=running,submitted,scheduled&limit=100")
            #expect(running.total > 0, "the lab was at work")
            let again = try await Self.labd(["backup", backup, "--state", state])
            #expect(again.status == 78 && again.errors.contains("there is something already"))
            let busy = try await Self.labd(["restore", backup, "--state", state, "--replace"])
            #expect(busy.status == 78 && busy.errors.contains("uses this state folder"), "\(busy.errors)")
            for job in jobs { #expect(try await lab.ending(of: job).health == "Complete") }
            let list: JobList = try await lab.get("/api/v1/jobs?state=finished&limit=100")
            try await Self.expectSound(state)
            return (jobs, list)
        }
        try await Self.expectSound(state)
        try await Self.expectSound(backup)
        let copy = try await Self.labd(["restore", backup, "--state", restored])
        #expect(copy.status == 0, "\(copy.errors)")
        print("operations: \(copy.output)", terminator: "")
        try await Self.expectSound(restored)
        let kept = try Self.finished(in: restored + "/labd.sqlite")
        #expect(kept.count >= 4 && kept.count < 20)

        try await Daemon.with(state: restored, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            for id in jobs {
                let job = try await lab.ending(of: id)
                #expect(job.health == "Complete", "job \(id): \(job)")
                guard kept.contains(id) else { continue }
                #expect(job == (try await lab.get("/api/v1/jobs/\(id)")))
                #expect(job.ended == before.jobs.first { $0.id == id }?.ended, "it did not run again")
                let log = try await daemon.ctl(["logs", "\(id)"])
                #expect(log.output.contains("line 1"))
            }
            #expect(try await lab.submit(Self.job()) == 21)
            try await Self.expectSound(restored)
        }
        try await Self.expectSound(restored)
    }

    private static func finished(in database: String) throws -> Set<Int64> {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: database, configuration: configuration).read {
            Set(try Int64.fetchAll($0, sql: "SELECT id FROM jobs WHERE state = 5"))
        }
    }

    @Test func aDrainedLabStartsNothingAndGoesOnAfterARestart() async throws {
        let state = try temporaryFolder()
        defer { Self.remove(state, state + ".yaml") }
        let waiting = try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            let running = try await lab.submit(Self.job("one", seconds: 3))
            try await Self.until("the job runs") {
                let job: JobInfo = try await lab.get("/api/v1/jobs/\(running)")
                return job.state == "Running"
            }
            let drain = try await daemon.ctl(["drain", "--reason", "kernel update"])
            #expect(drain.output == "draining: 1 job still runs, and nothing new starts\n", "\(drain.errors)")
            let waiting = try await lab.submit(Self.job())
            let status = try await daemon.ctl(["status"])
            #expect(status.output.contains("1 job waits, 1 runs; nothing new starts"), "\(status.output)")
            let waited = try await daemon.ctl(["drain", "--wait", "--reason", "kernel update"])
            #expect(waited.status == 0 && waited.output == "drained: nothing runs, and nothing new starts\n")
            #expect(try await lab.ending(of: running).health == "Complete")
            let job: JobInfo = try await lab.get("/api/v1/jobs/\(waiting)")
            #expect(job.state == "Submitted")
            #expect(job.waiting?.contains("the lab is being drained by") == true, "\(job.waiting ?? "")")
            #expect(job.waiting?.contains("kernel update") == true)
            let boards = try await daemon.ctl(["boards"])
            #expect(boards.output.contains("paused  the lab is being drained"), "\(boards.output)")
            return waiting
        }
        try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            #expect(try await lab.ending(of: waiting).health == "Complete", "a restart ends the drain")
            _ = try await daemon.ctl(["drain", "--across-restart"])
        }
        try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            let job = try await lab.submit(Self.job())
            let status = try await daemon.ctl(["status"])
            #expect(status.output.contains("stays over a restart"), "\(status.output)")
            let resumed = try await daemon.ctl(["resume"])
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try await lab.ending(of: job).health == "Complete")
            let again = try await daemon.ctl(["resume"])
            #expect(again.status != 0 && again.errors.contains("the lab is not being drained"))
        }
    }

    @Test(.enabled(if: FullDiskTests.canMount, "needs root: a small disk is mounted for labd alone"))
    func aDiskThatFillsUpStopsTheQueueBeforeItHurts() async throws {
        let state = try temporaryFolder()
        defer { Self.remove(state, state + ".yaml", state + ".sock") }
        let configuration = Self.boards + "disk: {low_water: 12MiB, critical: 1MiB}\n"
        try await Daemon.with(state: state, configuration: configuration, disk: 48) { daemon in
            let lab = HostileLab(daemon: daemon)
            let first = try await lab.ending(of: try await lab.submit(Self.job()))
            #expect(first.health == "Complete")
            try Data(repeating: 0x55, count: 36 << 20).write(to: URL(fileURLWithPath: daemon.files + "/filler"))
            try await Self.until("the queue stands still") {
                let status: StatusInfo = try await lab.get("/api/v1/status")
                return status.disk?.level == "low" && !status.pauses.isEmpty
            }
            let job = try await lab.submit(Self.job())
            let waits: JobInfo = try await lab.get("/api/v1/jobs/\(job)")
            #expect(waits.state == "Submitted")
            #expect(waits.waiting?.contains("below `disk: low_water` of 12 MiB") == true, "\(waits.waiting ?? "")")
            print("operations: low disk: \(waits.waiting ?? "")")
            let status = try await daemon.ctl(["status"])
            #expect(status.output.contains("low (below 12.0 MiB)"), "\(status.output)")
            try FileManager.default.removeItem(atPath: daemon.files + "/filler")
            #expect(try await lab.ending(of: job).health == "Complete")
            let events: EventPage = try await lab.get("/api/v1/events?after=0&follow=0")
            #expect(events.events.map(\.kind).filter { $0.hasPrefix("lab.") } == ["lab.paused", "lab.resumed"])
        }
    }

    @Test func anOldLogGoesAndSaysSoUnlessItsJobIsPinned() async throws {
        let state = try temporaryFolder()
        defer { Self.remove(state, state + ".yaml") }
        let job = try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            return try await lab.ending(of: try await lab.submit(Self.job())).id
        }
        let database = try DatabaseQueue(path: state + "/labd.sqlite")
        try await database.write { db in
            // As if it had ended a hundred days ago.
            let age = 100 * 86_400 * 1_000_000_000
            try db.execute(sql: "UPDATE jobs SET ended = ended - \(age), submitted = submitted - \(age)")
        }
        try database.close()
        let configuration = Self.boards + "retention: {logs: 90d, results: 2y, keep_last: 0}\n"
        try await Daemon.with(state: state, configuration: configuration) { daemon in
            let lab = HostileLab(daemon: daemon)
            var shown: RetentionInfo = try await lab.get("/api/v1/retention")
            #expect(shown.dryRun && shown.logs.items == 1 && shown.jobs.items == 0)
            #expect(try await daemon.ctl(["job", "pin", "\(job)"]).status == 0)
            #expect(try await daemon.ctl(["job", "\(job)"]).output.contains("pinned"))
            _ = try await daemon.ctl(["retention", "--run"])
            shown = try await lab.get("/api/v1/retention")
            #expect(shown.logs.items == 0)
            #expect(try await daemon.ctl(["logs", "\(job)"]).output.contains("line 1"))

            #expect(try await daemon.ctl(["job", "unpin", "\(job)"]).status == 0)
            let ran = try await daemon.ctl(["retention", "--run"])
            #expect(ran.status == 0 && ran.output.contains("removed: 1 logs of jobs"), "\(ran.output)\(ran.errors)")
            let log = try await daemon.ctl(["logs", "\(job)"])
            #expect(log.status == 0)
            #expect(log.output.contains("the log of this job was removed on"), "\(log.output)")
            let results: JobResults = try await lab.get("/api/v1/jobs/\(job)/results")
            #expect(!results.results.isEmpty, "its results stay")
            try await Self.expectSound(state)
        }
    }

    @Test func aRecurringJobIsSubmittedAsAnyOther() async throws {
        let state = try temporaryFolder()
        defer { Self.remove(state, state + ".yaml", state + ".job") }
        let file = state + ".job"
        try Self.job().write(toFile: file, atomically: true, encoding: .utf8)
        try await Daemon.with(state: state, configuration: Self.boards) { daemon in
            let lab = HostileLab(daemon: daemon)
            let added = try await daemon.ctl(["schedule", "add", "smoke", "--every", "1h", file])
            #expect(added.status == 0 && added.output.hasPrefix("smoke: every 1 h, next at "), "\(added.errors)")
            let run = try await daemon.ctl(["schedule", "run-now", "smoke"])
            #expect(run.output == "job 1\n", "\(run.errors)")
            let job = try await lab.ending(of: 1)
            #expect(job.health == "Complete" && job.schedule == "smoke")
            let list = try await daemon.ctl(["schedule", "list"])
            #expect(list.output.contains("smoke") && list.output.contains("every 1 h"), "\(list.output)")
            #expect(try await daemon.ctl(["status"]).output.contains("smoke"))
            #expect(try await daemon.ctl(["schedule", "pause", "smoke"]).output == "smoke: paused\n")
            #expect(try await daemon.ctl(["schedule", "show", "smoke"]).output.contains("paused"))

            // What the API refuses, a schedule refuses.
            try Self.job("nowhere").write(toFile: file, atomically: true, encoding: .utf8)
            let refused = try await daemon.ctl(["schedule", "add", "lost", "--daily", "02:00", file])
            #expect(refused.status != 0 && refused.errors.contains("nowhere"), "\(refused.errors)")
            let zone = try await daemon.ctl(
                ["schedule", "add", "lost", "--daily", "02:00", "--zone", "Atlantis/Centre", file])
            #expect(zone.status != 0)
            #expect(try await daemon.ctl(["schedule", "remove", "smoke"]).status == 0)
            #expect(try await daemon.ctl(["schedule", "show", "smoke"]).status == 66)
        }
    }
}
