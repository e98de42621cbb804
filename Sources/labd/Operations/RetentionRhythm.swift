import LabModel

/// When retention looks next: as often as its policy says, and again soon while the disk is short of space or the last
/// look came to nothing.
struct RetentionRhythm {
    /// Between two looks while the disk is short of space.
    static let shortInterval = Duration.seconds(300)

    let interval: Duration
    /// Nil before the first look.
    private var due: MonotonicTime?

    init(interval: Duration) {
        self.interval = interval
    }

    /// Whether to look now.
    func isDue(at now: MonotonicTime, _ level: DiskLevel) -> Bool {
        guard level == .ample, let due else { return true }
        return now >= due
    }

    /// Notes that a look which began at `now` went through.
    mutating func note(lookAt now: MonotonicTime) {
        due = now.advanced(by: interval)
    }

    /// How long until the question comes up again. The disk may fill up at any time: never longer than the short one.
    func pause(at now: MonotonicTime) -> Duration {
        let short = min(Self.shortInterval, interval)
        guard let due, due > now else { return short }
        return min(short, due.duration(since: now))
    }
}
