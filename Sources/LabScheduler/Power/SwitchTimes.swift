import LabModel
import Synchronization

/// When each board was last switched off, and how often on. It outlives leases: a board's capacitors and the contacts of
/// its relay do not know whose job it was.
final class SwitchTimes: Sendable {
    private static let hour = Duration.seconds(3600)

    private struct Times {
        var off: MonotonicTime?
        /// What its switch was told last.
        var told: PowerTarget?
        /// Within the last hour, oldest first.
        var ons: [MonotonicTime] = []
    }

    private let start: Mutex<MonotonicTime>
    private let times = Mutex<[BoardName: Times]>([:])

    /// A board of which nothing is known counts as switched off at `start`.
    init(start: MonotonicTime) {
        self.start = Mutex(start)
    }

    /// Somebody else may have switched any board off until now.
    func restart(at time: MonotonicTime) {
        start.withLock { $0 = time }
    }

    func noteOff(_ board: BoardName, at time: MonotonicTime) {
        times.withLock { times in
            times[board, default: Times()].off = time
            times[board]?.told = .off
        }
    }

    func noteTold(_ target: PowerTarget, _ board: BoardName) {
        times.withLock { $0[board, default: Times()].told = target }
    }

    /// What the board's switch was told last, whatever it says of itself; nil since nobody told it anything.
    func lastTold(_ board: BoardName) -> PowerTarget? { times.withLock { $0[board]?.told } }

    func noteOn(_ board: BoardName, at time: MonotonicTime) {
        times.withLock { times in
            var known = times[board, default: Times()]
            known.ons.removeAll { $0.advanced(by: Self.hour) <= time }
            known.ons.append(time)
            times[board] = known
        }
    }

    /// When `board` may be switched on, as its supply and its relay want it.
    func readiness(of board: BoardName, for facts: PowerFacts) -> MonotonicTime {
        let known = times.withLock { $0[board] } ?? Times()
        let start = start.withLock { $0 }
        let rested = max(known.off ?? start, start).advanced(by: facts.minimumOffTime)
        guard let limit = facts.hourlySwitchOns, known.ons.count >= limit else { return rested }
        return max(rested, known.ons[known.ons.count - limit].advanced(by: Self.hour))
    }
}
