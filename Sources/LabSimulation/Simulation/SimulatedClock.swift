public import LabModel
import Synchronization

/// The clock of a simulation as one process sees it. When the process ends, nobody sleeps on it any more.
public final class SimulatedClock: LabClock {
    private let simulation: Simulation
    private let owner: Int
    private let isStopped = Mutex(false)

    /// - Parameter owner: above 0; each process has its own.
    public init(_ simulation: Simulation, owner: Int) {
        self.simulation = simulation
        self.owner = owner
    }

    public func monotonic() -> MonotonicTime { simulation.now }

    public func wall() -> WallTime { simulation.wall }

    public func sleep(until deadline: MonotonicTime) async throws {
        guard !isStopped.withLock({ $0 }) else { throw CancellationError() }
        try await simulation.sleep(until: deadline, owner: owner)
    }

    /// The process ends: every sleep, present or to come, throws `CancellationError`.
    public func stop() {
        isStopped.withLock { $0 = true }
        simulation.wake(owner: owner)
    }
}
