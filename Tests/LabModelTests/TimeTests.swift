import LabModel
import Testing

@Suite struct TimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000+00:00"),
            (-1, "1969-12-31T23:59:59.999999+00:00"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000+00:00"),
            (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999+00:00"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000+00:00"),
            (1_787_220_000_123_456_789, "2026-08-20T10:00:00.123456+00:00"),
            (-6_213_559_680_000_000_000, "1773-02-05T19:12:00.000000+00:00"),
            (-2_208_988_801_000_000_000, "1899-12-31T23:59:59.000000+00:00"),
        ] as [(Int64, String)])
    func wallTimeIsWrittenInUTC(nanoseconds: Int64, text: String) {
        #expect(WallTime(nanoseconds: nanoseconds).iso8601 == text)
    }

    @Test(
        arguments: [
            (.zero, 0), (.seconds(1), 1_000_000_000), (.milliseconds(-1500), -1_500_000_000), (.nanoseconds(7), 7),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
        ] as [(Duration, Int64)])
    func durationsBecomeNanoseconds(duration: Duration, nanoseconds: Int64) {
        #expect(duration.nanoseconds == nanoseconds)
    }

    @Test func durationsBecomeSeconds() {
        #expect(Duration.milliseconds(1250).inSeconds == 1.25)
        #expect(Duration.milliseconds(-250).inSeconds == -0.25)
    }

    @Test func monotonicTimeIsHeldAtItsEnds() {
        let late = MonotonicTime(nanoseconds: .max - 5)
        #expect(late.advanced(by: .seconds(1)) == MonotonicTime(nanoseconds: .max))
        #expect(MonotonicTime(nanoseconds: .min).advanced(by: .seconds(-1)) == MonotonicTime(nanoseconds: .min))
        #expect(late.duration(since: late.advanced(by: .nanoseconds(-3))) == .nanoseconds(3))
    }

    @Test func systemClockGoesForward() async throws {
        let clock = SystemLabClock()
        let before = clock.monotonic()
        try await clock.sleep(for: .milliseconds(2))
        #expect(clock.monotonic().duration(since: before) >= .milliseconds(2))
        #expect(clock.wall() > WallTime(nanoseconds: 1_700_000_000_000_000_000))
    }
}
