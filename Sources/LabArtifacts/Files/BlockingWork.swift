import Dispatch
import Synchronization

/// Tells blocking work that nobody waits for it any more.
package final class CancellationFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    package init() {}

    func raise() {
        raised.store(true, ordering: .relaxed)
    }

    /// - Throws: `CancellationError` once raised.
    func check() throws {
        if raised.load(ordering: .relaxed) { throw CancellationError() }
    }
}

/// Runs what blocks (file reads, hashing, unpacking) on threads of its own, never on the cooperative pool.
enum BlockingWork {
    static func run<T: Sendable>(_ body: @escaping @Sendable (CancellationFlag) throws -> T) async throws -> T {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            try flag.check()
                            return try body(flag)
                        })
                }
            }
        } onCancel: {
            flag.raise()
        }
    }
}
