import Foundation
import GRDB
import LabModel
import LabWire
import Subprocess
import Synchronization
import Testing

/// Kills one labd again and again on failing ground, and reads afterwards in its database what became of what it said.
final class KillRun: Sendable {
    private let ground: KillGround
    private let plan: KillPlan
    private let lab: KillLab
    private let visitors: KillVisitors
    private let orphans: Orphans
    private let table = Mutex(KillTable())

    /// How long all jobs may take after the last kill, in seconds.
    private static let endLimit = 400

    init(ground: KillGround, seed: UInt64, isLong: Bool) throws {
        self.ground = ground
        orphans = Orphans(lab: ground.state)
        var generator = SeededGenerator(seed: seed)
        plan = isLong ? .long(using: &generator) : .short(using: &generator)
        lab = try KillLab(state: ground.state, machines: plan.machines)
        visitors = KillVisitors(lab: lab, socket: ground.socket, plan: plan, using: &generator)
    }

    /// - Returns: what happened, as a table.
    func run() async throws -> String {
        defer { visitors.follower.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.visitors.submit() }
            let looking = Task { try await self.visitors.look() }
            defer { looking.cancel() }
            for life in plan.lives { try await live(life) }
            try await live(nil)
            try await group.waitForAll()
        }
        orphans.expectNone(before: .max, "after the last labd")
        return try judge()
    }

    // MARK: - Lives

    /// One labd: until it is killed, or until all jobs have ended.
    private func live(_ life: KillPlan.Life?) async throws {
        let moment = life.map { "\($0.moment), \($0.disturbance)" } ?? "the last life"
        try await Daemon.with(
            state: ground.state, configuration: lab.configuration, waitsUntilReady: false, wrapper: ground.wrapper
        ) { daemon in
            self.table.withLock { $0.starts += 1 }
            guard let life else {
                try await self.answer(moment)
                return try await self.waitForTheLastJob()
            }
            var isServing = true
            if case .starting(let delay) = life.moment {
                isServing = false
                try await Task.sleep(for: delay)
            } else {
                try await self.answer(moment)
            }
            async let disturbed: Void = self.disturb(life.disturbance)
            try await life.moment.wait(self.visitors.follower, patience: .milliseconds(1500))
            // Stopped at the moment itself, so that database and boards are seen as they are.
            kill(daemon.number, SIGSTOP)
            self.orphans.count(below: daemon.number)
            self.look(moment, isServing: isServing)
            kill(daemon.number, SIGKILL)
            self.table.withLock { $0.killed(life) }
            try await disturbed
        }
    }

    /// Does what is to be done beside labd, and undoes it.
    private func disturb(_ disturbance: KillPlan.Disturbance) async throws {
        switch disturbance {
        case .none: return
        case .clock(let offset): try ground.setClock(offset)
        case .fullDisk(let time):
            guard ground.canFillDisk else { return }
            try ground.fillDisk()
            try await Task.sleep(for: time)
            ground.freeDisk()
        case .lock(let time):
            // Another program: SQLite's own shell, with a transaction that it takes its time for.
            let seconds = "\(time.components.seconds).\(time.components.attoseconds / 100_000_000_000_000_000)"
            let commands = ".timeout 5000\nBEGIN IMMEDIATE;\n.shell sleep \(seconds)\nROLLBACK;\n"
            let words = ground.entrance + ["sqlite3", ground.state + "/labd.sqlite"]
            _ = try await Subprocess.run(
                .name(words[0]), arguments: Arguments(Array(words.dropFirst())), input: .string(commands),
                output: .discarded, error: .discarded)
        }
    }

    /// Waits until the API answers, and looks that nothing of an older labd is left.
    private func answer(_ moment: String) async throws {
        for _ in 0..<4500 {
            let socket = ground.socket
            let system = try await onThread { try? RawHTTP.ask(socket, "GET", "/api/v1/system") }
            if let system, system.status == 200 {
                return try orphans.expectNone(before: system.decoded(as: SystemInfo.self).epoch, moment)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let log = (try? String(contentsOfFile: ground.files + "/labd.log", encoding: .utf8)) ?? "no log"
        let said = (try? String(contentsOfFile: ground.state + ".err", encoding: .utf8)) ?? "nothing"
        let words = "labd did not answer; it said: \(said.suffix(2000))"
        throw DaemonError(text: "\(moment): \(words)\n\(log.suffix(4000))")
    }

    private func waitForTheLastJob() async throws {
        let open = "/api/v1/jobs?state=submitted,scheduling,scheduled,running,canceling"
        for _ in 0..<(Self.endLimit * 5) {
            let left = try await onThread { [ground] in try RawHTTP.get(ground.socket, open, as: JobList.self).total }
            if left == 0, visitors.isDone { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("jobs did not end within \(Self.endLimit) s")
    }

    // MARK: - Judgement

    /// Holds the database of a labd that is stopped against the boards that have power.
    ///
    /// - Parameter isServing: false while it may be recovering: then the database tells of the labd before it.
    private func look(_ moment: String, isServing: Bool) {
        let powered = PoweredBoards(lab: ground.state)
        do {
            let faults = try ground.withCopy { copy in
                try LabAudit(database: copy).faults(running: powered.names, visible: isServing ? lab.visible : [])
            }
            guard let faults else { return }
            #expect(faults.isEmpty, "at \(moment): \(faults.joined(separator: "; "))")
            table.withLock { $0.looked(powered.names.count) }
        } catch let error as DatabaseError where error.message?.contains("no such table") == true {
            // Stopped before the tables were made: there is nothing to look at yet.
            table.withLock { $0.unreadable += 1 }
        } catch {
            Issue.record("at \(moment): \(error)")
        }
    }

    private func judge() throws -> String {
        let told = visitors.ledger.now
        let read = try ground.withCopy { copy in
            (audit: try LabAudit(database: copy), lost: try LabAudit.lost(told.results, database: copy))
        }
        let (audit, lost) = try #require(read)
        let faults = audit.faultsAtTheEnd(acknowledged: told.jobs, runs: KillLab.runs, cases: KillLab.cases(of:))
        #expect(faults.isEmpty, "\(faults.count) faults: \(faults.prefix(20).joined(separator: "\n"))")
        #expect(lost.isEmpty, "\(lost.prefix(10))")
        // What the boards of such a job said is gone with the ground.
        for job in audit.jobs where faults.contains(where: { $0.hasPrefix("job \(job.id) ") }) {
            let log = try? String(contentsOfFile: ground.files + "/logs/jobs/\(job.id).jsonl", encoding: .utf8)
            print("kill test: log of job \(job.id):\n\((log ?? "none").suffix(6000))")
        }
        #expect(visitors.follower.faults.isEmpty)
        // What is refused is refused because of the ground, and says so.
        let refusals = told.refusals.filter { !$0.contains("the disk is full") && !$0.contains("locked by another") }
        #expect(refusals.isEmpty, "\(refusals.prefix(5))")
        return table.withLock { $0.text(audit, told) }
    }
}
