import LabModel

/// Both clocks at once: turns are compared by the calendar, deadlines are kept by the clock that never jumps.
struct Moment: Hashable, Sendable {
    var wall: WallTime
    var monotonic: MonotonicTime

    /// What the calendar will say at `time`.
    func wall(at time: MonotonicTime) -> WallTime {
        let (sum, overflow) = wall.nanoseconds.addingReportingOverflow(time.duration(since: monotonic).nanoseconds)
        return WallTime(nanoseconds: overflow ? .max : sum)
    }
}

extension LabClock {
    var moment: Moment { Moment(wall: wall(), monotonic: monotonic()) }
}
