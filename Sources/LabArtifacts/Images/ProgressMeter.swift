import LabModel

/// Thins out progress reports.
struct ProgressMeter {
    private let interval: Duration
    private var last: MonotonicTime?

    init(interval: Duration) {
        self.interval = interval
    }

    /// Whether to report at `now`.
    mutating func isDue(at now: MonotonicTime) -> Bool {
        if let last, now.duration(since: last) < interval { return false }
        last = now
        return true
    }
}
