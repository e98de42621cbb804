import BenchSQLite
import LabModel
import LabStore

/// Makes a state folder's database with very many results in it: finished jobs of a hundred results each, with the
/// events and power intents that such jobs leave.
struct ResultFill {
    private static let resultsPerJob = 100
    private static let cases = 20_000
    private static let indexes = [
        "result_rows_by_job", "result_rows_by_case", "events_by_job", "power_journal_by_board", "runs_by_board",
        "runs_by_job",
    ]

    /// Where labd has its database below its state folder.
    static func database(below folder: String) -> String { folder + "/labd.sqlite" }

    /// - Parameter count: of results; rounded up to whole jobs.
    static func fill(_ folder: String, count: Int) async throws {
        let path = database(below: folder)
        let template = try await makeSchema(path)
        let bare = try BareDatabase(path: path)
        // Nobody needs what is made here if the machine goes down meanwhile.
        try bare.run(
            """
            PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA foreign_keys = OFF;
            PRAGMA cache_size = -400000;
            """
        )
        let definitions = try indexes.map { try bare.text("SELECT sql FROM sqlite_schema WHERE name = ?", [.text($0)]) }
        try bare.run(indexes.map { "DROP INDEX \($0);" }.joined())
        let jobs = (count + resultsPerJob - 1) / resultsPerJob
        try bare.run("BEGIN")
        try fillJobs(bare, jobs: jobs, template: template)
        try fillResults(bare, jobs: jobs)
        try fillTraces(bare, jobs: jobs)
        // An index that is made of sorted rows at once takes a tenth of the time.
        for definition in definitions { try bare.run(definition) }
        try bare.run("COMMIT")
        try bare.run("PRAGMA journal_mode = WAL")
    }

    /// - Returns: a job whose row and texts the others copy.
    private static func makeSchema(_ path: String) async throws -> JobID {
        let submitter = try await Submitter(path: path)
        let job = try await submitter.submit(ReferenceJob(bytes: 1000).text)
        _ = try await submitter.store.cancel(job, by: "bench", reason: nil)
        try await submitter.store.close()
        return job
    }

    private static func fillJobs(_ bare: BareDatabase, jobs: Int, template: JobID) throws {
        try bare.run(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(jobs))
            INSERT INTO jobs (name, submitter, device_type, priority, tags, state, health, board, submitted, started,
                ended, attempt, queued)
            SELECT name, submitter, device_type, priority, tags, 5, 1 + (n % 10 = 0), 'qemu-1',
                submitted - (\(jobs) - n) * 1000000000, submitted - (\(jobs) - n) * 1000000000 + 1000000,
                submitted - (\(jobs) - n) * 1000000000 + 60000000, 1, submitted - (\(jobs) - n) * 1000000000
            FROM numbers JOIN jobs ON jobs.id = \(template);
            INSERT INTO job_texts (job, plan, definition)
            SELECT jobs.id, plan, definition FROM jobs JOIN job_texts ON job = \(template) WHERE jobs.id > \(template);
            """)
    }

    private static func fillResults(_ bare: BareDatabase, jobs: Int) throws {
        // 20 000 different cases, spread so that a case's rows lie far apart. The number of a result is that of its
        // event, and each job has one event more, its end.
        try bare.run(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(cases - 1))
            INSERT INTO cases (id, suite, name) SELECT n + 1, '0_cases', 'case-' || n FROM numbers;
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(resultsPerJob - 1))
            INSERT INTO result_rows (id, job, attempt, case_id, result, measurement, units, metadata, logged)
            SELECT id * \(resultsPerJob + 1) + n, id, 1, (n + id * \(resultsPerJob)) * 7919 % \(cases) + 1, n % 20 = 7,
                CASE WHEN n % 5 = 0 THEN n * 1.5 END, CASE WHEN n % 5 = 0 THEN 'seconds' END,
                '{"namespace":"common"}', started + n * 10000
            FROM jobs CROSS JOIN numbers WHERE id > 1;
            """)
    }

    private static func fillTraces(_ bare: BareDatabase, jobs: Int) throws {
        // Results came in batches of fifty.
        try bare.run(
            """
            WITH ends (n) AS (VALUES (49), (99), (100))
            INSERT INTO event_rows (sequence, at, job, board, kind, data, span)
            SELECT id * \(resultsPerJob + 1) + n, ended, id, iif(n = 100, board, NULL),
                iif(n = 100, 'job.finished', 'result'), iif(n = 100, '{"health":"Complete"}', ''), iif(n = 100, 0, 50)
            FROM jobs JOIN ends WHERE id > 1 ORDER BY id, n;
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
            INSERT INTO builds (id, source, name) SELECT n, 'metadata: build', 'build-' || n FROM numbers;
            INSERT INTO runs (id, job, job_name, attempt, board, device_type, started, ended, outcome, boots,
                failed_boots, boot_time, switches, journal, build)
            SELECT id * \(resultsPerJob + 1) + 100, id, name, 1, board, device_type, started, ended, health - 1, 1, 0,
                20000000, 3, (id - 1) * 3, 1 + id * 1000 / \(jobs + 2)
            FROM jobs WHERE id > 1;
            WITH kinds (target) AS (VALUES ('off'), ('on'), ('off'))
            INSERT INTO power_journal (board, target, kind, job, reason, began, ended, state)
            SELECT board, target, 'switch', id, 'boot', started, started + 1000, target
            FROM jobs JOIN kinds WHERE id > 1;
            """)
    }
}
