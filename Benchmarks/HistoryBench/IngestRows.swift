import BenchKit
import BenchSQLite
import LabModel
import LabStore

/// Results and their events on their way into the store, fifty a transaction at most, as the engine brings them.
struct IngestRows {
    let path: String
    /// Of the floor's database; the same one in a full store, which nobody wants twice.
    let floorPath: String
    let turns: Int

    private static let batch = 50
    private static let cases = 20_000

    func report(in place: String, target: Double) async throws {
        let store = try SQLiteStore(path: path, clock: SystemLabClock())
        _ = try await store.beginEpoch()
        let bare = try BareResults(path: floorPath, hasSchema: path == floorPath)
        for jobs in [1, 8] {
            let numbers = try await submit(jobs, to: store)
            var (ours, floors): ([Cost], [Cost]) = ([], [])
            let batches = 400 / jobs
            Bench.progress("results into \(place), \(jobs) at once")
            let (floor, all) = try await Bench.interleaved(turns: turns) {
                let texts = Self.results(count: batches * jobs)
                let cases = texts.map { $0.map { bare.number(ofCase: $0.name) } }
                return try Cost.of {
                    for (batch, cases) in zip(texts, cases) {
                        try bare.append(batch, cases: cases, to: numbers[0].rawValue)
                    }
                }
            } ours: {
                let texts = Self.results(count: batches * jobs)
                return try await Cost.of {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for (index, job) in numbers.enumerated() {
                            let own = Array(texts[(index * batches)..<((index + 1) * batches)])
                            group.addTask { for batch in own { try await store.append(batch, to: job) } }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            floors = floor
            ours = all
            try report(
                place, jobs: jobs, count: batches * jobs * Self.batch, floors: floors, ours: ours, target: target)
        }
        try await store.close()
    }

    private func report(
        _ place: String, jobs: Int, count: Int, floors: [Cost], ours: [Cost], target: Double
    ) throws {
        let count = Double(count)
        let rates = Samples(ours.map { count / $0.wall })
        try Bench.report(
            BenchRow(
                "results and events into \(place), \(Self.batch) a time, \(jobs == 1 ? "one job" : "\(jobs) jobs at once")",
                floorName: "bare SQLite, one after another, the same rows and indexes, numbers for names",
                floor: Samples(floors.map { count / $0.wall }).median, ours: rates.median, unit: "1/s",
                target: "at least \(Int(target))/s", excess: target / rates.median,
                note: """
                    \(turns) x \(Int(count)) of \(Self.cases) cases, least \(rounded(rates.least)); CPU each \
                    \(rounded(Samples(ours.map { $0.processor / count * 1e6 }).median)) us, floor \
                    \(rounded(Samples(floors.map { $0.processor / count * 1e6 }).median)) us
                    """))
    }

    private func submit(_ count: Int, to store: SQLiteStore) async throws -> [JobID] {
        var jobs: [JobID] = []
        for _ in 0..<count {
            let plan = JobPlan(
                name: "bench", deviceType: DeviceTypeName(rawValue: "qemu"), timeouts: JobTimeouts(job: .seconds(60)),
                blocks: [ActionBlock(index: 0, action: .command(CommandAction(name: "hard_reset")))])
            jobs.append(try await store.submit(NewJob(plan: plan, definition: "job_name: bench\n", submitter: "bench")))
        }
        return jobs
    }

    /// Batches of results as a test shell gives them: every fifth has a measurement, each some metadata.
    private static func results(count: Int) -> [[ResultRecord]] {
        var number = Int.random(in: 0..<cases)
        return (0..<count).map { _ in
            (0..<batch).map { place in
                number = (number + 7919) % cases
                return ResultRecord(
                    suite: "0_cases", name: "case-\(number)", result: place % 7 == 0 ? .fail : .pass,
                    measurement: place % 5 == 0 ? Double(place) * 1.5 : nil, units: place % 5 == 0 ? "seconds" : nil,
                    metadata: ["namespace": "common", "signal": "protected", "sequence": .integer(Int64(place))],
                    logged: WallTime(nanoseconds: 1_800_000_000_000_000_000 + Int64(place)))
            }
        }
    }
}

/// The floor: the same rows by prepared statements, with texts that are ready and numbers instead of names.
private final class BareResults {
    /// As labd numbers cases: in the order of their first sight. In a full store they have their numbers already.
    private var known: [String: Int64] = [:]
    private let isFull: Bool
    private let database: BareDatabase
    private let begin: BarePrepared
    private let commit: BarePrepared
    private let insert: BarePrepared
    private let event: BarePrepared

    init(path: String, hasSchema: Bool) throws {
        database = try BareDatabase(path: path)
        isFull = hasSchema
        if !hasSchema { try Self.makeSchema(database) }
        begin = try database.prepare("BEGIN IMMEDIATE")
        commit = try database.prepare("COMMIT")
        insert = try database.prepare(
            """
            INSERT INTO result_rows (id, job, attempt, case_id, result, measurement, units, metadata, logged)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        event = try database.prepare(
            "INSERT INTO event_rows (sequence, at, job, kind, data, span) VALUES (?, ?, ?, 'result', '', ?)")
    }

    private static func makeSchema(_ database: BareDatabase) throws {
        try database.run(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY);
            INSERT INTO jobs (id) VALUES (1), (2);
            CREATE TABLE result_rows (id INTEGER PRIMARY KEY, job INTEGER NOT NULL REFERENCES jobs (id),
                attempt INTEGER NOT NULL, case_id INTEGER NOT NULL, result INTEGER NOT NULL, measurement REAL,
                units TEXT, metadata TEXT, logged INTEGER NOT NULL) STRICT;
            CREATE INDEX result_rows_by_job ON result_rows (job);
            CREATE INDEX result_rows_by_case ON result_rows (case_id);
            CREATE TABLE event_rows (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, job INTEGER,
                board TEXT, kind TEXT NOT NULL, data TEXT NOT NULL, span INTEGER NOT NULL DEFAULT 0) STRICT;
            CREATE INDEX events_by_job ON event_rows (job, sequence) WHERE job IS NOT NULL;
            """)
    }

    func number(ofCase name: String) -> Int64 {
        if isFull { return (Int64(name.dropFirst(5)) ?? 0) + 1 }
        if let number = known[name] { return number }
        known[name] = Int64(known.count) + 1
        return Int64(known.count)
    }

    /// - Parameter cases: the number of each result's case.
    func append(_ results: [ResultRecord], cases: [Int64], to job: Int64) throws {
        try begin.run()
        let newest = try database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'event_rows'", [])
        insert.bind(2, job)
        insert.bind(3, 1 as Int64)
        insert.bind(8, #"{"namespace":"common","sequence":17,"signal":"protected"}"# as StaticString)
        for (index, result) in results.enumerated() {
            insert.bind(1, newest + 1 + Int64(index))
            insert.bind(4, cases[index])
            insert.bind(5, Int64(result.result.rawValue))
            if let measurement = result.measurement {
                insert.bind(6, measurement)
                insert.bind(7, "seconds" as StaticString)
            } else {
                insert.bindNull(6)
                insert.bindNull(7)
            }
            insert.bind(9, result.logged.nanoseconds)
            try insert.run()
        }
        event.bind(1, newest + Int64(results.count))
        event.bind(2, results[0].logged.nanoseconds)
        event.bind(3, job)
        event.bind(4, Int64(results.count))
        try event.run()
        try commit.run()
    }
}
