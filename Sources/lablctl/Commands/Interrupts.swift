import Dispatch
import Glibc

/// Ctrl-C and its relatives, as something that can be waited for.
enum Interrupts {
    /// Every SIGINT, SIGTERM and SIGHUP from now on; they no longer end the process by themselves.
    static func stream() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let watches = [SIGINT, SIGTERM, SIGHUP].map { number in
                signal(number, SIG_IGN)
                return DispatchWatch(DispatchSource.makeSignalSource(signal: number)) { continuation.yield(number) }
            }
            continuation.onTermination = { _ in
                for watch in watches { watch.end() }
                for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
            }
        }
    }

    /// Says what the first Ctrl-C does, below the line on which the terminal shows `^C`.
    static func announceCanceling() {
        let progress = Output.progress()
        if progress.isTerminal { progress.line() }
        progress.line("canceling; waiting until the board is at rest (Ctrl-C again does not wait)")
    }

    /// Runs `body`, and calls `interrupted` with 1 at the first interrupt, 2 at the second and so on.
    ///
    /// - Returns: nil when `interrupted` stopped it.
    static func watched<Value: Sendable>(
        _ interrupted: @escaping @Sendable (Int) async -> StreamStep,
        during body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let signals = stream()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                var count = 0
                for await _ in signals {
                    count += 1
                    if await interrupted(count) == .stop { return nil }
                }
                // The stream ends early only when the group is cancelled, because the body is done.
                throw CancellationError()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
