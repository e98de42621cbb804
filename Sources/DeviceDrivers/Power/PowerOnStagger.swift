public import LabModel
import Synchronization

/// Lets boards switch on one after the other: a supply that feeds a rack does not like all of them at once.
public final class PowerOnStagger: Sendable {
    private let gap: Duration
    private let clock: any LabClock
    private let next = Mutex<MonotonicTime?>(nil)

    /// - Parameter gap: between two power-ons of the lab; zero for none.
    public init(gap: Duration, clock: any LabClock) {
        self.gap = gap
        self.clock = clock
    }

    /// Returns when it is the caller's turn.
    ///
    /// - Throws: `CancellationError`; the turn is lost then.
    func turn() async throws {
        guard gap > .zero else { return }
        let now = clock.monotonic()
        let slot = next.withLock { next in
            let slot = max(next ?? now, now)
            next = slot.advanced(by: gap)
            return slot
        }
        if slot > now { try await clock.sleep(until: slot) }
    }
}
