import LabModel
import Synchronization

/// A cut of a SimBoard.
final class SimCut: PreparedCut {
    private let driver: SimDriver
    private let clock: any LabClock
    private let fired = Mutex<MonotonicTime?>(nil)

    init(driver: SimDriver, clock: any LabClock) {
        self.driver = driver
        self.clock = clock
    }

    func fire() -> MonotonicTime {
        fired.withLock { fired in
            if let fired { return fired }
            driver.apply(.powerOff)
            let now = clock.monotonic()
            fired = now
            return now
        }
    }

    func confirm() async throws(Failure) {
        guard fired.withLock({ $0 }) != nil else { throw Failure(.bug, "a cut was confirmed before it was fired") }
        try await driver.sweep()
    }
}
