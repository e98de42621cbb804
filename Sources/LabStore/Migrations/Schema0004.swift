/// What the queue plans with: groups, needs, retries, health checks.
enum Schema0004 {
    static let statements = """
        ALTER TABLE jobs ADD COLUMN group_id INTEGER;            -- the first job of its group
        ALTER TABLE jobs ADD COLUMN group_role TEXT;
        ALTER TABLE jobs ADD COLUMN group_place INTEGER;
        ALTER TABLE jobs ADD COLUMN group_size INTEGER;
        ALTER TABLE jobs ADD COLUMN is_essential INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN is_health_check INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN retries INTEGER;             -- what the job asks for; the lab's own when NULL
        ALTER TABLE jobs ADD COLUMN tried TEXT;                  -- JSON list of boards that failed it
        ALTER TABLE jobs ADD COLUMN hold_on_failure INTEGER;
        CREATE INDEX jobs_by_group ON jobs (group_id, group_place) WHERE group_id IS NOT NULL;

        CREATE TABLE job_needs (
            job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            needed INTEGER NOT NULL,
            condition TEXT NOT NULL,
            PRIMARY KEY (job, needed)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX job_needs_by_needed ON job_needs (needed);

        ALTER TABLE boards ADD COLUMN checked INTEGER;           -- end of the last health check
        ALTER TABLE boards ADD COLUMN jobs_since_check INTEGER NOT NULL DEFAULT 0;
        """
}
