/// Which jobs something still refers to, and what of them is gone. The store implements it; each call is one small
/// transaction, so that whoever leases boards never waits for it.
public protocol RetentionBook: Sendable {
    /// Finished jobs that ended before `moment` and that nothing refers to, in the order of their numbers.
    ///
    /// A job is referred to while it has not ended, is pinned, holds a lease, is needed by a job that has not ended,
    /// runs in a group that has not ended, or is one of the `keepLast` newest finished ones of its device type. Whose
    /// recordings are wanted is a question of its own: `recordingsUsed`.
    ///
    /// - Parameters:
    ///   - subject: `logs`: only those whose log is not gone yet.
    ///   - after: where the last page ended; 0 for the first.
    /// - Returns: at most `limit` jobs are looked at; `next` is where the next page begins, nil after the last.
    func expired(
        _ subject: RetentionSubject, before moment: WallTime, keepLast: Int, after: JobID, limit: Int
    ) async throws(Failure) -> RetentionPage

    /// Those of `jobs` that are there, have ended before `moment`, and that nothing refers to.
    func free(among jobs: [JobID], before moment: WallTime, keepLast: Int) async throws(Failure) -> [JobID]

    /// Those of `jobs` of which it is known that their log goes or went.
    func withoutLog(among jobs: [JobID]) async throws(Failure) -> [JobID]

    /// Notes that logs go. The caller removes the files of those that are returned.
    ///
    /// - Returns: those to which nothing refers even now, and whose recordings nobody wants.
    func forgetLogs(of jobs: [JobID], keepLast: Int) async throws(Failure) -> [JobID]

    /// Notes that jobs go with all that is known of them; they cannot be pinned any more.
    ///
    /// - Returns: those to which nothing refers even now, and whose recordings nobody wants.
    func condemn(_ jobs: [JobID], keepLast: Int) async throws(Failure) -> [JobID]

    /// Jobs that are to go and have not gone wholly, at most `limit`.
    func condemned(limit: Int) async throws(Failure) -> [JobID]

    /// Removes at most `limit` rows of a condemned job.
    ///
    /// - Returns: whether the job is gone.
    func remove(_ job: JobID, limit: Int) async throws(Failure) -> Bool

    /// Removes events of boards and of the lab, and power changes that newer ones replaced, that are older than
    /// `moment`, out of at most `limit` numbers of each.
    ///
    /// - Parameter cursor: what the last call returned; the default for the first.
    /// - Returns: what was removed, and where the next call begins; nil for `next` after the last.
    func removeTraces(before moment: WallTime, after cursor: TraceCursor, limit: Int) async throws(Failure) -> TracePage

    /// Jobs whose recordings of power cuts are wanted: by jobs that have not ended or are pinned, and by `others`.
    func recordingsUsed(by others: [JobID]) async throws(Failure) -> Set<JobID>

    /// What jobs that have not ended download, a part of them at a time.
    ///
    /// - Returns: `next` is where the next call begins; nil after the last.
    func downloadsWaited(
        after: JobID, limit: Int
    ) async throws(Failure) -> (downloads: [PlanDownload], next: JobID?)

    /// When the log of a job went; nil when it did not.
    func logRemoved(_ job: JobID) async throws(Failure) -> WallTime?

    /// Keeps a job and all that belongs to it, whatever the policy says, or lets it go again.
    ///
    /// - Throws: `job` when there is no such job, or it is being removed.
    func pin(_ job: JobID, _ isPinned: Bool, by user: String) async throws(Failure)

    /// Who pinned a job, and when; nil when nobody did.
    func pinned(_ job: JobID) async throws(Failure) -> JobPin?
}

/// What may go of a job.
public enum RetentionSubject: String, Sendable, Codable, CaseIterable {
    case logs, results
}

/// Some of the jobs that may go.
public struct RetentionPage: Hashable, Sendable {
    public var jobs: [JobID]
    public var next: JobID?

    public init(jobs: [JobID], next: JobID?) {
        self.jobs = jobs
        self.next = next
    }
}

/// How far the lab's events and its power journal were looked at.
public struct TraceCursor: Hashable, Sendable {
    public var event: Int64
    public var intent: Int64

    public init(event: Int64 = 0, intent: Int64 = 0) {
        self.event = event
        self.intent = intent
    }
}

/// What one look at them removed.
public struct TracePage: Hashable, Sendable {
    public var removed: Int
    public var next: TraceCursor?

    public init(removed: Int, next: TraceCursor?) {
        self.removed = removed
        self.next = next
    }
}

/// Who keeps a job.
public struct JobPin: Hashable, Sendable, Codable {
    public var by: String
    public var since: WallTime

    public init(by: String, since: WallTime) {
        self.by = by
        self.since = since
    }
}

/// Settings that outlive labd. The store implements it.
public protocol SettingsBook: Sendable {
    func setting(_ name: String) async throws(Failure) -> String?
    /// Nil removes it.
    func set(_ name: String, to value: String?) async throws(Failure)
}
