import LabModel

/// The calendar as it stood when this labd began, carried on by the clock that never jumps: a lease keeps its length
/// whatever is done to the host's calendar while it stands.
struct SteadyTime: Sendable {
    private let wall: WallTime
    private let monotonic: MonotonicTime

    init(_ clock: any LabClock) {
        wall = clock.wall()
        monotonic = clock.monotonic()
    }

    func now(_ clock: any LabClock) -> WallTime {
        wall.advanced(by: clock.monotonic().duration(since: monotonic))
    }
}
