/// Results for history: names once in a dictionary, one row of events for all results of a batch, how each run on a
/// board ended. The views `results` and `events` show what the tables of these names held before.
enum Schema0006 {
    static let statements = """
        CREATE TABLE cases (
            id INTEGER PRIMARY KEY,
            suite TEXT NOT NULL,
            test_set TEXT,
            name TEXT NOT NULL
        ) STRICT;
        -- A set that is missing is not one with an empty name.
        CREATE UNIQUE INDEX cases_by_name ON cases (name, suite, ifnull('=' || test_set, ''));

        -- The number of a result is that of its event. Those of before 0006 have smaller ones.
        CREATE TABLE result_rows (
            id INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL,
            case_id INTEGER NOT NULL,
            result INTEGER NOT NULL CHECK (result BETWEEN 0 AND 3),
            measurement REAL,
            units TEXT,
            metadata TEXT,                 -- JSON map; NULL for an empty one
            logged INTEGER NOT NULL
        ) STRICT;
        INSERT INTO cases (suite, test_set, name) SELECT DISTINCT suite, test_set, name FROM results;
        INSERT INTO result_rows
            SELECT results.id, job, attempt, cases.id, result, measurement, units, nullif(metadata, '{}'), logged
            FROM results JOIN cases ON cases.name = results.name AND cases.suite = results.suite
                AND ifnull('=' || cases.test_set, '') = ifnull('=' || results.test_set, '')
            ORDER BY results.id;
        DROP TABLE results;
        -- Both end with the row's number, which is the order of time.
        CREATE INDEX result_rows_by_job ON result_rows (job);
        CREATE INDEX result_rows_by_case ON result_rows (case_id);

        ALTER TABLE events RENAME TO event_rows;
        -- With a span, the row stands for so many events, the last of which has its number: each is the result of the
        -- same number.
        ALTER TABLE event_rows ADD COLUMN span INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX event_rows_of_health ON event_rows (board, sequence) WHERE kind = 'board.health';
        UPDATE sqlite_sequence SET seq = max(seq, (SELECT ifnull(max(id), 0) FROM result_rows))
            WHERE name = 'event_rows';

        CREATE VIEW results AS
            SELECT result_rows.id, job, attempt, suite, test_set, name, result, measurement, units,
                ifnull(metadata, '{}') AS metadata, logged
            FROM result_rows JOIN cases ON cases.id = result_rows.case_id;
        CREATE TRIGGER results_delete INSTEAD OF DELETE ON results BEGIN
            DELETE FROM result_rows WHERE id = OLD.id;
        END;
        CREATE VIEW events AS
            SELECT sequence, at, job, board, kind, data FROM event_rows WHERE span = 0
            UNION ALL
            SELECT results.id, event_rows.at, results.job, NULL, 'result',
                json_patch('{}', json_object('case', name, 'measurement', measurement,
                    'result', CASE result WHEN 0 THEN 'pass' WHEN 1 THEN 'fail' WHEN 2 THEN 'skip' ELSE 'unknown' END,
                    'set', test_set, 'suite', suite, 'units', units))
            FROM results JOIN event_rows
                ON sequence = (SELECT min(next.sequence) FROM event_rows AS next WHERE next.sequence >= results.id)
                AND results.id > sequence - span;
        -- A row of many goes with its last event.
        CREATE TRIGGER events_delete INSTEAD OF DELETE ON events BEGIN
            DELETE FROM event_rows WHERE sequence = OLD.sequence;
        END;

        CREATE TABLE builds (
            id INTEGER PRIMARY KEY,        -- rises with the time of the first sight
            source TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (name, source)
        ) STRICT;
        -- What a job said of its build when it was submitted.
        CREATE TABLE job_builds (
            job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            build INTEGER NOT NULL
        ) STRICT;
        -- What a run has fetched and how it booted, until it ends.
        CREATE TABLE run_images (
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            label TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (job, label)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_steps (
            result INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            duration INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX run_steps_by_job ON run_steps (job);
        -- Outlives its job: a board's past does not end with what is kept of its jobs.
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,        -- the number of the event that ended it
            job INTEGER NOT NULL,
            job_name TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            board TEXT NOT NULL,
            device_type TEXT,
            started INTEGER,
            ended INTEGER NOT NULL,
            outcome INTEGER NOT NULL,      -- of `BoardRun.Outcome`
            error_type TEXT,
            step TEXT,
            boots INTEGER NOT NULL,
            failed_boots INTEGER NOT NULL,
            boot_time INTEGER,
            switches INTEGER NOT NULL,
            journal INTEGER NOT NULL,      -- the board's last power intent by then
            build INTEGER
        ) STRICT;
        CREATE INDEX runs_by_board ON runs (board);
        CREATE INDEX runs_by_job ON runs (job);
        -- What is still known of runs before: neither their boots nor their builds.
        INSERT OR IGNORE INTO runs
            SELECT sequence, jobs.id, name, attempt, jobs.board, device_type, started, ended,
                CASE WHEN health = 1 THEN 0 WHEN health = 3 THEN 4
                    WHEN failure ->> '$.place' IN ('bootloader-interrupt', 'bootloader-commands', 'auto-login-action') THEN 1
                    WHEN failure ->> '$.type' IN ('Infrastructure', 'Configuration', 'Bug') THEN 2 ELSE 3 END,
                failure ->> '$.type', failure ->> '$.place', 0, 0, NULL, 0, 0, NULL
            FROM jobs JOIN event_rows ON event_rows.job = jobs.id AND kind = 'job.finished'
            WHERE jobs.state = 5 AND jobs.board IS NOT NULL AND started IS NOT NULL AND ended IS NOT NULL
            ORDER BY sequence;
        """
}
