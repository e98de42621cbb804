/// What operating a lab needs: what of a job is gone or kept, and settings that outlive labd.
enum Schema0007 {
    static let statements = """
        ALTER TABLE jobs ADD COLUMN log_removed INTEGER;         -- when retention removed its log
        ALTER TABLE jobs ADD COLUMN condemned INTEGER;           -- when retention decided to remove it
        CREATE INDEX jobs_with_log ON jobs (id) WHERE log_removed IS NULL AND ended IS NOT NULL;
        CREATE INDEX jobs_condemned ON jobs (id) WHERE condemned IS NOT NULL;

        CREATE TABLE job_pins (
            job INTEGER PRIMARY KEY REFERENCES jobs (id),
            by TEXT NOT NULL,
            since INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
