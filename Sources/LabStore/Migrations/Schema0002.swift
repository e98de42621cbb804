/// When a job last went into the queue: a job that was interrupted waits anew, from a later time than it was submitted.
enum Schema0002 {
    static let statements = """
        ALTER TABLE jobs ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
        UPDATE jobs SET queued = submitted;
        """
}
