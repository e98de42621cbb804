#if canImport(Glibc)
    import Glibc
#endif

/// What one run of something cost.
public struct Cost: Sendable {
    /// Seconds on the wall.
    public var wall: Double
    /// Processor seconds of this process, all threads, user and system.
    public var processor: Double

    public init(wall: Double, processor: Double) {
        self.wall = wall
        self.processor = processor
    }

    /// Runs `body` and says what it cost. Nothing else of this process may be at work meanwhile.
    public static func of(_ body: () throws -> Void) rethrows -> Cost {
        let (wall, processor) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        try body()
        return Cost(wall: seconds(CLOCK_MONOTONIC) - wall, processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor)
    }

    /// Runs `body` and says what it cost, waiting included in `wall` alone.
    public static func of(_ body: () async throws -> Void) async rethrows -> Cost {
        let (wall, processor) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        try await body()
        return Cost(wall: seconds(CLOCK_MONOTONIC) - wall, processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor)
    }

    /// Processor seconds of the calling thread alone: for a reader beside a writer in the same process.
    public static var threadProcessor: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

    /// Monotonic seconds.
    public static var now: Double { seconds(CLOCK_MONOTONIC) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
