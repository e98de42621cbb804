/// How often a board has to prove that it is sound.
public struct HealthRule: Hashable, Sendable, Codable {
    /// Longest time since the last health check.
    public var interval: Duration?
    /// Most jobs since the last health check.
    public var jobs: Int?

    public init(interval: Duration? = .seconds(24 * 3600), jobs: Int? = nil) {
        self.interval = interval
        self.jobs = jobs
    }

    /// Whether `board` has to be checked before it takes another job (LAVA's rules, see `docs/health.md`).
    public func isDue(_ board: BoardRecord, at now: WallTime) -> Bool {
        switch board.health {
        case .unknown, .looping: return true
        case .good: break
        case .bad, .maintenance, .retired: return false
        }
        guard let checked = board.checked else { return true }
        if let jobs, board.jobsSinceCheck >= jobs { return true }
        if let interval, now.nanoseconds - checked.nanoseconds >= interval.nanoseconds { return true }
        return false
    }
}

/// Which boards are checked, how often, and with what job.
public protocol HealthChecks: Sendable {
    /// Nil for a board that is never checked.
    func rule(for board: BoardRecord) -> HealthRule?
    /// The job that checks `board`.
    ///
    /// - Throws: `configuration` when there is none that could run.
    func job(for board: BoardRecord) async throws(Failure) -> NewJob
}
