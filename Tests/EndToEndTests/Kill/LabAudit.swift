import Foundation
import GRDB
import LabWire

/// Reads labd's database with SQL of its own, from the documented form of the tables alone, and says what is wrong. It
/// shares nothing with the store.
struct LabAudit {
    struct Job {
        var id: Int64
        var name: String
        var state: Int
        var health: Int
        var attempt: Int
        var retries: Int?
        var failure: String?
    }

    private struct Board {
        var name: String
        var state: Int
        var power: String
    }

    let jobs: [Job]
    private let texts: Set<Int64>
    private let boards: [Board]
    /// Boards, and in words who has them: a job or a person.
    private let leases: [(board: String, holder: String)]
    /// Boards with a power change that has no end and that no later one replaced.
    private let openChanges: Set<String>
    private let results: [(job: Int64, attempt: Int, name: String, result: Int)]
    private let ends: [Int64: Int]
    private let damage: [String]
    let resultCount: Int
    let eventCount: Int
    let powerChanges: Int

    // Numbers of the wire and the database (docs/api.md): a job's last state, and its healths; a board at rest.
    private static let finished = 5
    private static let complete = 1
    private static let incomplete = 2
    private static let idle = 0

    init(database: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        defer { try? queue.close() }
        let read = try queue.read { try Content($0) }
        self.init(read)
    }

    private init(_ content: Content) {
        (jobs, texts, boards, leases) = (content.jobs, content.texts, content.boards, content.leases)
        (openChanges, results, ends, damage) = (content.openChanges, content.results, content.ends, content.damage)
        (resultCount, eventCount, powerChanges) = (content.resultCount, content.eventCount, content.powerChanges)
    }

    /// All of one moment.
    private struct Content {
        var jobs: [Job] = []
        var texts: Set<Int64> = []
        var boards: [Board] = []
        var leases: [(board: String, holder: String)] = []
        var openChanges: Set<String> = []
        var results: [(job: Int64, attempt: Int, name: String, result: Int)] = []
        var ends: [Int64: Int] = [:]
        var damage: [String] = []
        var resultCount = 0
        var eventCount = 0
        var powerChanges = 0

        init(_ db: Database) throws {
            for row in try Row.fetchAll(db, sql: "SELECT * FROM jobs ORDER BY id") {
                jobs.append(
                    Job(
                        id: row["id"], name: row["name"], state: row["state"], health: row["health"],
                        attempt: row["attempt"], retries: row["retries"], failure: row["failure"]))
            }
            texts = try Int64.fetchSet(db, sql: "SELECT job FROM job_texts WHERE plan <> '' AND definition <> ''")
            for row in try Row.fetchAll(db, sql: "SELECT name, state, power FROM boards") {
                boards.append(Board(name: row["name"], state: row["state"], power: row["power"]))
            }
            for row in try Row.fetchAll(db, sql: "SELECT board, job, holder FROM leases") {
                // A person's lease has no job.
                let (job, person): (Int64?, String?) = (row["job"], row["holder"])
                leases.append((row["board"], job.map { "job \($0)" } ?? person ?? "nobody"))
            }
            openChanges = try String.fetchSet(
                db,
                sql: """
                    SELECT board FROM power_journal AS change WHERE ended IS NULL AND NOT EXISTS
                        (SELECT 1 FROM power_journal WHERE board = change.board AND id > change.id)
                    """)
            let sql = "SELECT job, attempt, name, result FROM results WHERE suite <> 'lava' ORDER BY id"
            for row in try Row.fetchAll(db, sql: sql) {
                results.append((row["job"], row["attempt"], row["name"], row["result"]))
            }
            let finished = "SELECT job, COUNT(*) AS n FROM events WHERE kind = 'job.finished' GROUP BY job"
            for row in try Row.fetchAll(db, sql: finished) { ends[row["job"]] = row["n"] }
            damage = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            damage += try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
            resultCount = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM results") ?? 0
            eventCount = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM events") ?? 0
            powerChanges = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM power_journal") ?? 0
        }
    }

    /// What has to hold at every moment, whatever labd is doing.
    ///
    /// - Parameter running: boards that are seen to have power: an emulator or a shell of theirs runs.
    func faults(running: Set<String>, visible: Set<String>) -> [String] {
        var faults = damage.map { "integrity: \($0)" }
        faults += repeated(leases.map(\.board)).map { "\($0) is leased twice" }
        faults += repeated(jobs.map(\.name)).map { "job \($0) is there twice" }
        let leased = Set(leases.map(\.board))
        for board in boards {
            let isUnsettled = openChanges.contains(board.name)
            if running.contains(board.name), !leased.contains(board.name) {
                faults.append("\(board.name) has power and no owner")
            }
            if running.contains(board.name), board.power != "on", !isUnsettled {
                faults.append("\(board.name) has power, recorded is '\(board.power)', and no change is under way")
            }
            if visible.contains(board.name), board.power == "on", !isUnsettled, !running.contains(board.name) {
                faults.append("\(board.name) is recorded on, has no power, and no change is under way")
            }
        }
        faults += running.subtracting(boards.map(\.name)).sorted().map { "\($0) has power and is unknown" }
        return faults
    }

    /// What has to hold when all jobs have ended.
    ///
    /// - Parameters:
    ///   - acknowledged: names by number, of the jobs whose submission was answered.
    ///   - cases: how many numbered results a job with this name has when it is complete.
    ///   - runs: how often a job may be run, beside what it asks for itself.
    func faultsAtTheEnd(acknowledged: [Int64: String], runs: Int, cases: (String) -> Int) -> [String] {
        var faults = faults(running: [], visible: [])
        let names = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0.name) })
        for (id, name) in acknowledged.sorted(by: { $0.key < $1.key }) where names[id] != name {
            faults.append("job \(id) \(name) was acknowledged; stored is \(names[id] ?? "nothing")")
        }
        faults += leases.map { "\($0.board) is leased to \($0.holder) still" }
        faults += openChanges.sorted().map { "\($0) has a power change without an end" }
        for board in boards where board.state != Self.idle || board.power == "on" {
            faults.append("\(board.name) is not at rest: state \(board.state), power \(board.power)")
        }
        let byJob = Dictionary(grouping: results, by: \.job)
        for job in jobs {
            let what = "job \(job.id) \(job.name)"
            if job.state != Self.finished { faults.append("\(what) has no end: state \(job.state)") }
            if ends[job.id] != 1 { faults.append("\(what) has ended \(ends[job.id] ?? 0) times") }
            if !texts.contains(job.id) { faults.append("\(what) has no text") }
            let most = runs + (job.retries ?? 0)
            if job.attempt > most { faults.append("\(what) has run \(job.attempt) times, of at most \(most)") }
            switch job.health {
            case Self.complete: break
            case Self.incomplete where job.failure?.contains("\"Infrastructure\"") == true: break
            default: faults.append("\(what) ended with health \(job.health): \(job.failure ?? "no reason")")
            }
            let runs = Dictionary(grouping: byJob[job.id] ?? [], by: \.attempt)
            for (attempt, rows) in runs {
                // In the order in which they were stored, each once, none left out.
                if rows.map(\.name) != (0..<rows.count).map({ "\(job.name)-\($0 + 1)" }) {
                    faults.append("\(what), run \(attempt): results \(rows.map(\.name))")
                }
                if attempt > job.attempt { faults.append("\(what): results of run \(attempt) of \(job.attempt)") }
            }
            guard job.health == Self.complete else { continue }
            let last = runs[job.attempt] ?? []
            if last.count != cases(job.name) || last.contains(where: { $0.result != 0 }) {
                faults.append("\(what): \(last.count) results of \(cases(job.name)), \(last.map(\.result))")
            }
        }
        return faults
    }

    private func repeated(_ names: [String]) -> [String] {
        Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
    }
}

extension LabAudit {
    /// Results that people were shown and that are not stored, or are stored in another order.
    static func lost(_ told: [CrashLedger.Run: [ResultInfo]], database: String) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { db in
            try told.sorted { ($0.key.job, $0.key.attempt) < ($1.key.job, $1.key.attempt) }.compactMap { run, shown in
                let stored = try String.fetchAll(
                    db, sql: "SELECT suite || '/' || name FROM results WHERE job = ? AND attempt = ? ORDER BY id",
                    arguments: [run.job, run.attempt])
                let names = shown.map { "\($0.suite)/\($0.name)" }
                return stored.starts(with: names)
                    ? nil : "job \(run.job), run \(run.attempt): \(names), stored: \(stored)"
            }
        }
    }
}
