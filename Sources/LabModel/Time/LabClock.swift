/// The only source of time in the lab's logic. A test passes a virtual one and owns time.
public protocol LabClock: Sendable {
    /// Now, for deadlines and measured intervals.
    func monotonic() -> MonotonicTime

    /// Now, for display and history.
    func wall() -> WallTime

    /// Returns when `deadline` has come. Throws `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: MonotonicTime) async throws
}

extension LabClock {
    /// Returns after `duration`. Throws `CancellationError` as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: monotonic().advanced(by: duration))
    }
}
