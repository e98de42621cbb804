import Glibc

/// The host's clocks: `CLOCK_MONOTONIC` for deadlines, `CLOCK_REALTIME` for display.
public struct SystemLabClock: LabClock {
    public init() {}

    public func monotonic() -> MonotonicTime {
        MonotonicTime(nanoseconds: read(CLOCK_MONOTONIC))
    }

    public func wall() -> WallTime {
        WallTime(nanoseconds: read(CLOCK_REALTIME))
    }

    public func sleep(until deadline: MonotonicTime) async throws {
        let remaining = deadline.duration(since: monotonic())
        try await Task.sleep(for: remaining, tolerance: .zero, clock: .continuous)
    }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
