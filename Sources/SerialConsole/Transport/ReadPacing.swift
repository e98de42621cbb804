import LabModel

/// Decides when a console is read again.
///
/// Emulated and real serial ports hand out their output byte by byte, and waking for each byte costs more than all that
/// is done with it. Within a burst the next read waits a moment, so that more has come by then. The first bytes after a
/// silence are read at once, as is everything while somebody waits with their finger on a switch.
struct ReadPacing {
    /// How long a read waits: shorter than any relay's jitter.
    static let pause = Duration.microseconds(200)
    /// How soon after each other small chunks are a burst.
    static let burst = Duration.milliseconds(2)
    /// A chunk as large as this came in one piece: there is nothing to gain.
    static let large = 1024

    private var bytes = 0
    private var last: MonotonicTime?

    /// Bytes were read.
    mutating func read(_ count: Int) {
        bytes += count
    }

    /// The bytes at hand were read.
    ///
    /// - Parameter isUrgent: whether something has to happen the moment that certain bytes come.
    /// - Returns: how long to wait before the next read; nil for not at all.
    mutating func pause(at now: MonotonicTime, isUrgent: Bool) -> Duration? {
        guard bytes > 0 else { return nil }
        defer { (bytes, last) = (0, now) }
        guard !isUrgent, bytes < Self.large, let last, now.duration(since: last) < Self.burst else { return nil }
        return Self.pause
    }
}
