import LabModel

/// The end of a call that may block. Real time by nature: it bounds waits on sockets.
struct LinkDeadline {
    private let end: MonotonicTime

    init(_ timeout: Duration) {
        end = SystemLabClock().monotonic().advanced(by: timeout)
    }

    var isOver: Bool { remaining <= .zero }

    var remaining: Duration { end.duration(since: SystemLabClock().monotonic()) }

    /// For poll(2): rounded up, so that a wait does not end just before its time.
    var milliseconds: Int32 {
        let left = max(0, (remaining.nanoseconds + 999_999) / 1_000_000)
        return Int32(min(left, Int64(Int32.max)))
    }
}
