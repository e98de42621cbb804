import LabModel
import Synchronization

/// A write that waits for its transaction.
protocol PendingCommit: Sendable {
    /// Makes the changes; they count only after `confirm`.
    func apply(_ context: WriteContext) throws
    /// The transaction was committed.
    func confirm()
    /// The write, or the transaction around it, failed.
    func fail(_ failure: Failure)
}

/// A write with the value it will return.
final class PendingWrite<Value: Sendable>: PendingCommit {
    private enum State {
        case waiting
        case applied(Value)
        case done(Result<Value, Failure>)
    }

    private let body: @Sendable (WriteContext) throws -> Value
    private let state = Mutex<State>(.waiting)

    init(_ body: @escaping @Sendable (WriteContext) throws -> Value) {
        self.body = body
    }

    func apply(_ context: WriteContext) throws {
        let value = try body(context)
        state.withLock { $0 = .applied(value) }
    }

    func confirm() {
        state.withLock { state in
            if case .applied(let value) = state { state = .done(.success(value)) }
        }
    }

    func fail(_ failure: Failure) {
        state.withLock { state in
            if case .done = state { return }
            state = .done(.failure(failure))
        }
    }

    /// Whether it was committed or failed.
    var isDone: Bool {
        state.withLock { state in
            if case .done = state { true } else { false }
        }
    }

    /// What became of it.
    func value() throws(Failure) -> Value {
        let state = state.withLock { $0 }
        guard case .done(let result) = state else {
            throw Failure(.bug, "a write was not committed", at: "database")
        }
        return try result.get()
    }
}
