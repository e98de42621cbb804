import LabModel

/// Runs `work`, and gives up on it when `deadline` comes.
///
/// - Throws: `StepTimeout` at the deadline, or what `work` throws.
func withDeadline<Value: Sendable>(
    _ deadline: MonotonicTime, clock: any LabClock, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await clock.sleep(until: deadline)
            throw StepTimeout()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}

/// A step's time is up.
struct StepTimeout: Error {}
