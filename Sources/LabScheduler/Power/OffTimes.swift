import LabModel
import Synchronization

/// When each board was last switched off. It outlives leases: a board's capacitors do not know whose job it was.
final class OffTimes: Sendable {
    private let start: MonotonicTime
    private let times = Mutex<[BoardName: MonotonicTime]>([:])

    /// A board of which nothing is known counts as switched off at `start`.
    init(start: MonotonicTime) {
        self.start = start
    }

    func note(_ board: BoardName, at time: MonotonicTime) {
        times.withLock { $0[board] = time }
    }

    func last(_ board: BoardName) -> MonotonicTime {
        times.withLock { $0[board] ?? start }
    }
}
