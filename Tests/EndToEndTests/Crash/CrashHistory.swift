import Foundation
import GRDB
import LabModel
import LabWire
import Testing

/// What the database holds, read beside labd, and judged.
struct CrashHistory {
    private let events: [EventRow]
    private let jobs: [JobRow]
    private let results: [ResultRow]
    private let leases: Int
    /// What SQLite finds wrong with the file.
    let damage: [String]

    private struct EventRow {
        var sequence: Int64
        var at: Int64
        var job: Int64?
        var board: String?
        var kind: String
        var data: DataValue
    }

    private struct JobRow {
        var id: Int64
        var name: String
        var state: Int
        var health: Int
        var attempt: Int
        var failure: Failure?
    }

    private struct ResultRow {
        var job: Int64
        var attempt: Int
        var suite: String
        var name: String
        var result: Int
    }

    private static let stopped = "labd stopped while the job ran"

    init(database: String, integrity: Bool = false) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        let decoder = JSONDecoder()
        (events, jobs, results, leases, damage) = try queue.read { db in
            let events = try Row.fetchAll(db, sql: "SELECT * FROM events ORDER BY sequence").map { row in
                EventRow(
                    sequence: row["sequence"], at: row["at"], job: row["job"], board: row["board"], kind: row["kind"],
                    data: try decoder.decode(DataValue.self, from: Data((row["data"] as String).utf8)))
            }
            let jobs = try Row.fetchAll(db, sql: "SELECT * FROM jobs ORDER BY id").map { row in
                JobRow(
                    id: row["id"], name: row["name"], state: row["state"], health: row["health"],
                    attempt: row["attempt"],
                    failure: try (row["failure"] as String?).map {
                        try decoder.decode(Failure.self, from: Data($0.utf8))
                    })
            }
            let results = try Row.fetchAll(db, sql: "SELECT * FROM results ORDER BY id").map { row in
                ResultRow(
                    job: row["job"], attempt: row["attempt"], suite: row["suite"], name: row["name"],
                    result: row["result"])
            }
            let leases = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM leases") ?? -1
            var damage: [String] = []
            if integrity {
                damage = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                damage += try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
            }
            return (events, jobs, results, leases, damage)
        }
    }

    /// SQLite writes a number of the view with fifteen digits, and the API with all of them.
    private func plain(_ value: DataValue) -> DataValue {
        switch value {
        case .double(let number): .double((number * 1e9).rounded() / 1e9)
        case .map(let map): .map(map.mapValues { plain($0) })
        case .list(let list): .list(list.map { plain($0) })
        default: value
        }
    }

    /// What was delivered is there, under the same number and with the same content.
    func check(_ delivered: some Collection<EventInfo>, _ moment: String) {
        let rows = Dictionary(events.map { ($0.sequence, $0) }, uniquingKeysWith: { $1 })
        for event in delivered {
            let row = rows[event.seq]
            let isSame =
                row?.job == event.job && row?.board == event.board && row?.kind == event.kind
                && row.map { plain($0.data) } == plain(event.data)
                && row.map { WallTime(nanoseconds: $0.at).iso8601 } == event.at
            if !isSame { Issue.record("\(moment): event \(event) was delivered; stored is \(String(describing: row))") }
        }
    }

    /// Numbers have no gap; each job lives one life: it waits, gets a board, runs, is interrupted, waits again, ends.
    func checkLives() {
        #expect(events.map(\.sequence) == events.indices.map { Int64($0) + 1 }, "event numbers")
        var states: [Int64: String] = [:]
        var holders: [String: Int64] = [:]
        for event in events {
            guard let job = event.job else { continue }
            let before = states[job]
            let allowed: [String: [String?]] = [
                "job.submitted": [nil], "job.scheduled": ["job.submitted", "job.interrupted"],
                "job.running": ["job.scheduled"], "job.interrupted": ["job.scheduled", "job.running"],
                "job.finished": ["job.running", "job.interrupted"],
            ]
            if let from = allowed[event.kind] {
                #expect(from.contains(before), "\(what(event, before))")
                states[job] = event.kind
                if event.kind == "job.scheduled", let board = event.board {
                    #expect(holders[board] == nil, "event \(event.sequence): \(board) is given away twice")
                    holders[board] = job
                } else if ["job.interrupted", "job.finished"].contains(event.kind) {
                    holders = holders.filter { $0.value != job }
                }
            } else if ["step.started", "step.finished", "result", "verdict", "progress"].contains(event.kind) {
                #expect(before == "job.running", "\(what(event, before))")
            }
        }
        #expect(holders.isEmpty)
        #expect(leases == 0)
    }

    private func what(_ event: EventRow, _ before: String?) -> String {
        "event \(event.sequence): \(event.kind) of job \(event.job ?? 0) after \(before ?? "nothing")"
    }

    /// Every job has an end, and it is the one it should have: complete, or killed as often as it may be.
    func checkEnds() {
        for job in jobs {
            #expect(job.state == JobState.finished.rawValue, "job \(job.id) \(job.name)")
            if job.health == JobHealth.complete.rawValue { continue }
            let saysWhy =
                job.health == JobHealth.incomplete.rawValue && job.failure?.type == .infrastructure
                && job.failure?.message.hasPrefix(Self.stopped) == true && job.attempt == 2
            #expect(saysWhy, "job \(job.id) \(job.name): \(String(describing: job.failure))")
        }
        // A test case fails here only when two runs of a job meet.
        let failed = results.filter { $0.suite != "lava" && $0.result != TestResult.pass.rawValue }
        #expect(failed.isEmpty)
    }

    /// What people were told is there.
    func check(_ ledger: CrashLedger.Content) throws {
        let names = Dictionary(jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        for (id, name) in ledger.jobs { #expect(names[id] == name, "job \(id)") }
        for (run, shown) in ledger.results {
            let stored = results.filter { $0.job == run.job && $0.attempt == run.attempt }
            let told = shown.map { "\($0.suite)/\($0.name) \($0.result)" }
            let kept = stored.map { "\($0.suite)/\($0.name) \(TestResult(rawValue: $0.result)?.name ?? "?")" }
            #expect(kept.starts(with: told), "results of run \(run.attempt) of job \(run.job)")
        }
    }

    /// In which stages jobs were interrupted, and how much was done meanwhile.
    func report(_ ledger: CrashLedger.Content, kills: Int) -> String {
        let stages = interruptions()
        let complete = jobs.filter { $0.health == JobHealth.complete.rawValue }.count
        let again = jobs.filter { $0.health == JobHealth.complete.rawValue && $0.attempt > 1 }.count
        var lines = [
            "crash test: \(kills) kills, \(jobs.count) jobs (\(ledger.jobs.count) acknowledged, "
                + "\(ledger.unanswered) submissions cut off), \(events.count) events, \(results.count) results",
            "crash test: \(complete) complete, \(again) of them on their second run; "
                + "\(jobs.count - complete) say that they were interrupted twice",
        ]
        let width = stages.values.max() ?? 1
        for (stage, count) in stages.sorted(by: { $0.key < $1.key }) {
            let bar = String(repeating: "#", count: max(1, count * 40 / width))
            lines.append("crash test: \(stage.padding(toLength: 14, withPad: " ", startingAt: 0)) \(count) \(bar)")
        }
        return lines.joined(separator: "\n")
    }

    /// By stage, how many runs were interrupted in it.
    func interruptions() -> [String: Int] {
        var last: [Int64: EventRow] = [:]
        var counts: [String: Int] = [:]
        for event in events {
            guard let job = event.job else { continue }
            switch event.kind {
            case "job.interrupted": counts[stage(after: last[job]), default: 0] += 1
            case "job.scheduled", "job.running", "step.started", "step.finished": last[job] = event
            default: break
            }
        }
        return counts
    }

    private func stage(after event: EventRow?) -> String {
        guard let event else { return "unknown" }
        let step = event.data["name"]?.string ?? ""
        switch event.kind {
        case "job.scheduled": return "1 leased"
        case "job.running": return "2 preparing"
        case "step.started" where ["download-retry", "lava-overlay"].contains(step): return "3 deploy"
        case "step.started" where step.hasPrefix("lava-test"): return "5 test"
        case "step.started" where step == "power-cut": return "6 power cut"
        case "step.started": return "4 boot"
        case _ where step == "lava-test-shell" || step == "power-cut": return "8 cleanup"
        default: return "7 between"
        }
    }
}
