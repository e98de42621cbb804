/// The first form of the database. Times are nanoseconds since 1970 in UTC, durations nanoseconds, states and
/// healths LAVA's numbers, and columns said to hold JSON hold it as text.
enum Schema0001 {
    static let statements = """
        CREATE TABLE epochs (
            epoch INTEGER PRIMARY KEY AUTOINCREMENT,
            began INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            submitter TEXT NOT NULL,
            device_type TEXT,
            requested_board TEXT,
            priority INTEGER NOT NULL,
            tags TEXT NOT NULL,            -- JSON list
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
            health INTEGER NOT NULL CHECK (health BETWEEN 0 AND 3),
            board TEXT,
            submitted INTEGER NOT NULL,
            started INTEGER,
            ended INTEGER,
            attempt INTEGER NOT NULL DEFAULT 0,
            failure TEXT,                  -- JSON
            queue_timeout INTEGER
        ) STRICT;
        CREATE INDEX jobs_by_queue ON jobs (state, priority DESC, submitted, id);
        CREATE INDEX jobs_by_board ON jobs (board, id);
        CREATE INDEX jobs_by_type ON jobs (device_type, id);

        -- Apart from jobs, so that lists of jobs stay small on disk.
        CREATE TABLE job_texts (
            job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            plan TEXT NOT NULL,            -- JSON
            definition TEXT NOT NULL
        ) STRICT;

        CREATE TABLE boards (
            name TEXT PRIMARY KEY,
            type TEXT NOT NULL,
            tags TEXT NOT NULL,            -- JSON list
            place INTEGER NOT NULL,        -- in the configuration
            is_present INTEGER NOT NULL,   -- 0 once the configuration names it no more
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
            health INTEGER NOT NULL CHECK (health BETWEEN 0 AND 5),
            health_reason TEXT,
            power TEXT NOT NULL CHECK (power IN ('on', 'off', 'unknown')),
            generation INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;

        -- Only leases that stand; a board's generation outlives them.
        CREATE TABLE leases (
            board TEXT PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (id),
            generation INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            granted INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX leases_by_job ON leases (job);

        CREATE TABLE results (
            id INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL,
            suite TEXT NOT NULL,
            test_set TEXT,
            name TEXT NOT NULL,
            result INTEGER NOT NULL CHECK (result BETWEEN 0 AND 3),
            measurement REAL,
            units TEXT,
            metadata TEXT NOT NULL,        -- JSON map
            logged INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX results_by_job ON results (job, attempt, id);
        CREATE INDEX results_by_case ON results (name, logged);

        CREATE TABLE power_cuts (
            id INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL,
            name TEXT NOT NULL,
            outcome TEXT NOT NULL,
            record TEXT NOT NULL,          -- JSON
            logged INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX power_cuts_by_job ON power_cuts (job, attempt, id);

        CREATE TABLE power_journal (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            board TEXT NOT NULL,
            target TEXT NOT NULL,
            kind TEXT NOT NULL,
            job INTEGER,
            reason TEXT NOT NULL,
            began INTEGER NOT NULL,
            ended INTEGER,
            state TEXT,
            note TEXT
        ) STRICT;
        CREATE INDEX power_journal_by_board ON power_journal (board, id);

        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            job INTEGER,
            board TEXT,
            kind TEXT NOT NULL,
            data TEXT NOT NULL             -- JSON map
        ) STRICT;
        CREATE INDEX events_by_job ON events (job, sequence) WHERE job IS NOT NULL;
        """
}
