import BenchKit
import LabModel
import LabStore

/// Results on their way into the store, fifty a transaction, as the engine brings them.
struct ResultRows {
    let folder: TemporaryFolder
    let turns: Int

    func report() async throws {
        let (batches, size) = (100, 50)
        let bare = try BareResults(path: folder.path + "/bare.sqlite")
        let submitter = try await Submitter(path: folder.path + "/labd.sqlite")
        let job = try await submitter.submit(ReferenceJob(bytes: 1000).text)
        let results = (0..<size).map(Self.result)
        Bench.progress("results into the store")
        let (floors, all) = try await Bench.interleaved(turns: turns) {
            try Cost.of { for _ in 0..<batches { try bare.append(results, to: 1) } }
        } ours: {
            try await Cost.of { for _ in 0..<batches { try await submitter.store.append(results, to: job) } }
        }
        let count = Double(batches * size)
        let ours = Samples(all.map { count / $0.wall })
        try Bench.report(
            BenchRow(
                "results into the store, \(size) a transaction",
                floorName: "bare SQLite, the same rows of results and of events, the same indexes",
                floor: Samples(floors.map { count / $0.wall }).median, ours: ours.median, unit: "1/s",
                target: "at least 15000/s", excess: 15_000 / ours.median,
                note: """
                    \(turns) x \(batches * size), least \(rounded(ours.least)); CPU each \
                    \(rounded(Samples(all.map { $0.processor / count * 1e6 }).median)) us, floor \
                    \(rounded(Samples(floors.map { $0.processor / count * 1e6 }).median)) us
                    """))
    }

    /// A result as a test shell gives it: every fifth has a measurement, each some metadata.
    private static func result(_ number: Int) -> ResultRecord {
        ResultRecord(
            suite: "0_cases", name: "case-\(number)", result: number % 7 == 0 ? .fail : .pass,
            measurement: number % 5 == 0 ? Double(number) * 1.5 : nil, units: number % 5 == 0 ? "seconds" : nil,
            metadata: ["namespace": "common", "signal": "protected", "sequence": .integer(Int64(number))],
            logged: WallTime(nanoseconds: 1_700_000_000_000_000_000 + Int64(number)))
    }
}

/// The floor: the same rows by prepared statements, with texts that are ready.
private struct BareResults {
    private let database: BareDatabase

    init(path: String) throws {
        database = try BareDatabase(path: path)
        try database.run(
            """
            CREATE TABLE results (id INTEGER PRIMARY KEY, job INTEGER NOT NULL, attempt INTEGER NOT NULL,
                suite TEXT NOT NULL, test_set TEXT, name TEXT NOT NULL, result INTEGER NOT NULL, measurement REAL,
                units TEXT, metadata TEXT NOT NULL, logged INTEGER NOT NULL) STRICT;
            CREATE INDEX results_by_job ON results (job, attempt, id);
            CREATE INDEX results_by_case ON results (name, logged);
            CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, job INTEGER,
                board TEXT, kind TEXT NOT NULL, data TEXT NOT NULL) STRICT;
            CREATE INDEX events_by_job ON events (job, sequence) WHERE job IS NOT NULL;
            """)
    }

    func append(_ results: [ResultRecord], to job: Int64) throws {
        try database.run("BEGIN IMMEDIATE", [])
        for result in results {
            try database.run(
                """
                INSERT INTO results (job, attempt, suite, test_set, name, result, measurement, units, metadata, logged)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(job), .integer(1), .text(result.suite), .null, .text(result.name),
                    .integer(Int64(result.result.rawValue)), result.measurement.map { .integer(Int64($0)) } ?? .null,
                    result.units.map { .text($0) } ?? .null,
                    .text(#"{"namespace":"common","sequence":17,"signal":"protected"}"#),
                    .integer(result.logged.nanoseconds),
                ])
            try database.run(
                "INSERT INTO events (at, job, board, kind, data) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(result.logged.nanoseconds), .integer(job), .null, .text("result"),
                    .text(#"{"case":"case-17","result":"pass","suite":"0_cases"}"#),
                ])
        }
        try database.run("COMMIT", [])
    }
}
