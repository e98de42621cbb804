/// Leases of people beside those of jobs, in one table: a board has one lease at most. And a log of each board.
enum Schema0005 {
    static let statements = """
        CREATE TABLE leases_of_all (
            board TEXT PRIMARY KEY,
            job INTEGER REFERENCES jobs (id),  -- the job that has the board; NULL when a person has it
            generation INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            granted INTEGER NOT NULL,
            -- The rest is a person's.
            id INTEGER UNIQUE,                 -- the entry in board_log that began it
            holder TEXT,
            purpose TEXT CHECK (purpose IN ('work', 'hold')),
            reason TEXT,
            kept_job INTEGER,                  -- the failed job whose board this is
            expires INTEGER,
            keep_alive INTEGER,
            is_warned INTEGER NOT NULL DEFAULT 0,
            notice TEXT,                       -- JSON
            ending TEXT,
            CHECK ((job IS NULL) = (id IS NOT NULL)),
            CHECK (id IS NULL OR (holder IS NOT NULL AND purpose IS NOT NULL AND expires IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO leases_of_all (board, job, generation, epoch, granted)
            SELECT board, job, generation, epoch, granted FROM leases;
        DROP TABLE leases;
        ALTER TABLE leases_of_all RENAME TO leases;
        CREATE INDEX leases_by_job ON leases (job);

        CREATE TABLE board_log (
            entry INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            board TEXT NOT NULL,
            kind TEXT NOT NULL,                -- as of events
            by_whom TEXT NOT NULL,
            reason TEXT,
            lease INTEGER,
            holder TEXT,
            expires INTEGER,
            ending TEXT,
            job INTEGER,
            health INTEGER
        ) STRICT;
        CREATE INDEX board_log_by_board ON board_log (board, entry);
        """
}
