/// Recurring jobs.
enum Schema0008 {
    static let statements = """
        CREATE TABLE schedules (
            name TEXT PRIMARY KEY,
            rule TEXT NOT NULL,            -- as `ScheduleRule.text`
            zone TEXT,                     -- an IANA name; UTC when NULL
            definition TEXT NOT NULL,
            submitter TEXT NOT NULL,
            overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'queue')),
            is_paused INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            next INTEGER,
            last INTEGER,
            last_job INTEGER,
            last_failure TEXT              -- JSON
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE jobs ADD COLUMN schedule TEXT;               -- the recurring job it is one of
        """
}
