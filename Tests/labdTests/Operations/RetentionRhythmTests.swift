import LabModel
import Testing

@testable import labd

@Suite struct RetentionRhythmTests {
    private func second(_ number: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: number * 1_000_000_000) }

    @Test func anAmpleDiskIsLookedAtAsOftenAsThePolicySays() {
        var rhythm = RetentionRhythm(interval: .seconds(420))
        #expect(rhythm.isDue(at: second(60), .ample), "the first look")
        rhythm.note(lookAt: second(60))
        #expect(rhythm.pause(at: second(60)) == .seconds(300))
        #expect(!rhythm.isDue(at: second(360), .ample))
        #expect(rhythm.pause(at: second(360)) == .seconds(120))
        #expect(rhythm.isDue(at: second(480), .ample))
    }

    @Test func aShortDiskIsLookedAtEachTimeTheQuestionComesUp() {
        var rhythm = RetentionRhythm(interval: .seconds(3600))
        rhythm.note(lookAt: second(60))
        #expect(!rhythm.isDue(at: second(360), .ample))
        #expect(rhythm.isDue(at: second(360), .low))
        #expect(rhythm.isDue(at: second(360), .critical))
    }

    @Test func aLookThatFailedComesAgainSoon() {
        var rhythm = RetentionRhythm(interval: .seconds(3600))
        rhythm.note(lookAt: second(60))
        // Nothing is noted at 3660.
        #expect(rhythm.pause(at: second(3660)) == .seconds(300))
        #expect(rhythm.isDue(at: second(3960), .ample))
    }

    @Test func aShortIntervalStays() {
        let rhythm = RetentionRhythm(interval: .seconds(60))
        #expect(rhythm.pause(at: second(0)) == .seconds(60))
    }
}
