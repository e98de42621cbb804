import Foundation
import LabModel
import LabWire
import Subprocess
import Synchronization
import Testing

/// Kills one labd again and again while people use it, and holds it to what it said.
final class CrashRun: Sendable {
    private let bench: CrashBench
    private let moments: [KillMoment]
    private let visitors: CrashVisitors
    private let socket: String
    private let orphans: Orphans
    private let lastEpoch = Mutex<Int64>(0)
    /// How many of the follower's events were compared already.
    private let compared = Mutex(0)

    init(state: String, seed: UInt64, kills: Int) throws {
        bench = try CrashBench(state: state)
        orphans = Orphans(lab: state)
        socket = state + "/labd.sock"
        var generator = SeededGenerator(seed: seed)
        moments = KillMoment.plan(kills, using: &generator)
        visitors = CrashVisitors(bench: bench, socket: socket, seed: generator.next())
    }

    /// How long all jobs may take after the last kill.
    private static let endLimit = 120

    func run() async throws {
        defer {
            visitors.follower.stop()
            bench.remove()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.visitors.submit() }
            let looking = Task { try await self.visitors.look() }
            defer { looking.cancel() }
            for (number, moment) in moments.enumerated() { try await live(until: moment, number) }
            visitors.close()
            try await group.waitForAll()
            try await liveToTheEnd()
        }
        orphans.expectNone(before: .max, "after the last labd")
    }

    /// One labd, from its start to its violent end.
    private func live(until moment: KillMoment, _ number: Int) async throws {
        try await Daemon.with(state: bench.state, configuration: bench.configuration, waitsUntilReady: false) {
            daemon in
            if case .starting(let delay) = moment {
                try await Task.sleep(for: delay)
            } else {
                try await self.answer()
                try await self.check("before kill \(number), \(moment)")
                try await moment.wait(self.visitors.follower, patience: .seconds(3))
            }
            // Stopped at the moment itself, so that its children can be counted before nobody is their parent any more.
            kill(daemon.number, SIGSTOP)
            self.orphans.count(below: daemon.number)
            kill(daemon.number, SIGKILL)
        }
    }

    private func liveToTheEnd() async throws {
        try await Daemon.with(state: bench.state, configuration: bench.configuration, waitsUntilReady: false) { _ in
            try await self.answer()
            try await self.check("after the last kill")
            try await self.waitForTheLastJob()
            try await self.check("at the end")
            let boards = try await onThread { [socket = self.socket] in
                try RawHTTP.get(socket, "/api/v1/boards", as: BoardList.self).boards
            }
            for board in boards {
                #expect(board.state == "Idle" && board.currentJob == nil, "\(board)")
                #expect(board.health == "Good" || board.health == "Unknown", "\(board)")
                #expect(board.power == "off" || board.power == "unknown", "\(board)")
            }
            try await self.checkLogs()
            let history = try CrashHistory(database: self.bench.state + "/labd.sqlite")
            history.checkLives()
            history.checkEnds()
            try history.check(self.visitors.ledger.now)
            if self.moments.count >= 50 {
                let stages = history.interruptions()
                for stage in ["3 deploy", "4 boot", "5 test", "8 cleanup"] { #expect(stages[stage] != nil, "\(stage)") }
            }
            print(history.report(self.visitors.ledger.now, kills: self.moments.count))
        }
        #expect(visitors.follower.faults.isEmpty)
        #expect(visitors.ledger.now.refusals.isEmpty)
    }

    /// Returns when no job is left to be run, those included that were stored and not acknowledged.
    private func waitForTheLastJob() async throws {
        let open = "/api/v1/jobs?state=submitted,scheduling,scheduled,running,canceling"
        for _ in 0..<(Self.endLimit * 10) {
            let left = try await onThread { [socket] in try RawHTTP.get(socket, open, as: JobList.self).total }
            if left == 0, visitors.unfinished.isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("jobs that did not end: \(visitors.unfinished)")
    }

    /// Waits until the API answers.
    private func answer() async throws {
        for _ in 0..<400 {
            let socket = socket
            let isThere = try await onThread { (try? RawHTTP.ask(socket, "GET", "/api/v1/system"))?.status == 200 }
            if isThere { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        let log = (try? String(contentsOfFile: bench.state + "/labd.log", encoding: .utf8)) ?? "no log"
        throw DaemonError(text: "labd did not answer:\n\(log.suffix(4000))")
    }

    /// Every log begins with what was once read of it.
    private func checkLogs() async throws {
        for (job, told) in visitors.ledger.now.logs {
            let kept = try await onThread { [socket] in
                try RawHTTP.get(socket, "/api/v1/jobs/\(job)/logs?limit=4194304", as: LogPage.self).entries
            }
            #expect(kept.starts(with: told), "log of job \(job)")
        }
    }

    /// What has to hold whenever labd answers.
    private func check(_ moment: String) async throws {
        let socket = socket
        let (system, jobs) = try await onThread {
            (
                try RawHTTP.get(socket, "/api/v1/system", as: SystemInfo.self),
                try RawHTTP.get(socket, "/api/v1/jobs?limit=1000", as: JobList.self)
            )
        }
        lastEpoch.withLock { last in
            #expect(system.epoch > last || moment == "at the end", "\(moment): the epoch did not grow")
            last = system.epoch
        }
        orphans.expectNone(before: system.epoch, moment)
        let names = Dictionary(jobs.jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        // What was acknowledged after the list was read is not looked for here.
        for (id, name) in visitors.ledger.now.jobs where id <= jobs.jobs.first?.id ?? 0 {
            #expect(names[id] == name, "\(moment): job \(id)")
        }
        // Told before it is looked for.
        let delivered = visitors.follower.events
        let history = try CrashHistory(database: bench.state + "/labd.sqlite", integrity: true)
        #expect(history.damage.isEmpty, "\(moment)")
        let done = compared.withLock { done in
            defer { done = delivered.count }
            return moment == "at the end" ? 0 : done
        }
        history.check(delivered.dropFirst(done), moment)
    }
}
