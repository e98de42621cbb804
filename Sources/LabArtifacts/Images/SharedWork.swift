import LabModel
import Synchronization

/// Lets the first who asks for a key do the work, and all who ask meanwhile wait for it. When the worker is cancelled,
/// one of those who wait takes over.
final class SharedWork<Value: Sendable>: Sendable {
    private enum Outcome: Sendable {
        case done(Value)
        case failed(Failure)
        /// The worker was cancelled.
        case abandoned
    }

    private enum Seat {
        case empty
        case waiting(CheckedContinuation<Outcome, Never>)
        case landed(Outcome)
    }

    private struct State {
        var nextSeat = 0
        var seats: [Int: Seat] = [:]
        /// Seats that wait, by key; a key with an entry has a worker.
        var followers: [String: Set<Int>] = [:]
        var listeners: [Int: @Sendable (FetchProgress) -> Void] = [:]
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - progress: called by whoever works, on its thread.
    ///   - work: gets a function that tells all who wait how far it is.
    func value(
        for key: String, progress: @escaping @Sendable (FetchProgress) -> Void,
        work: (@escaping @Sendable (FetchProgress) -> Void) async throws -> Value
    ) async throws -> Value {
        while true {
            try Task.checkCancellation()
            guard let seat = follow(key, progress) else {
                return try await lead(key, progress, work)
            }
            let outcome = await withTaskCancellationHandler {
                await withCheckedContinuation { wait(seat, $0) }
            } onCancel: {
                leave(seat)
            }
            state.withLock { state in
                state.seats[seat] = nil
                state.listeners[seat] = nil
                _ = state.followers[key]?.remove(seat)
            }
            switch outcome {
            case .done(let value): return value
            case .failed(let failure): throw failure
            case .abandoned: continue
            }
        }
    }

    private func lead(
        _ key: String, _ progress: @escaping @Sendable (FetchProgress) -> Void,
        _ work: (@escaping @Sendable (FetchProgress) -> Void) async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await work { report in
                progress(report)
                for listener in self.listeners(of: key) { listener(report) }
            }
            land(key, .done(value))
            return value
        } catch {
            let failure = Failure(anyError: error)
            land(key, failure.type == .canceled || Task.isCancelled ? .abandoned : .failed(failure))
            throw failure
        }
    }

    /// A seat behind the key's worker; nil when the caller is the worker.
    private func follow(_ key: String, _ progress: @escaping @Sendable (FetchProgress) -> Void) -> Int? {
        state.withLock { state in
            guard state.followers[key] != nil else {
                state.followers[key] = []
                return nil
            }
            state.nextSeat += 1
            state.followers[key]?.insert(state.nextSeat)
            state.seats[state.nextSeat] = .empty
            state.listeners[state.nextSeat] = progress
            return state.nextSeat
        }
    }

    private func wait(_ seat: Int, _ continuation: CheckedContinuation<Outcome, Never>) {
        let early: Outcome? = state.withLock { state in
            if case .landed(let outcome) = state.seats[seat] { return outcome }
            state.seats[seat] = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    private func leave(_ seat: Int) {
        finish([seat], .abandoned)
    }

    private func land(_ key: String, _ outcome: Outcome) {
        let seats = state.withLock { $0.followers.removeValue(forKey: key) ?? [] }
        finish(seats, outcome)
    }

    private func finish(_ seats: Set<Int>, _ outcome: Outcome) {
        let waiting = state.withLock { state in
            seats.compactMap { seat -> CheckedContinuation<Outcome, Never>? in
                defer { if state.seats[seat] != nil { state.seats[seat] = .landed(outcome) } }
                if case .waiting(let continuation) = state.seats[seat] { return continuation }
                return nil
            }
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    private func listeners(of key: String) -> [@Sendable (FetchProgress) -> Void] {
        state.withLock { state in (state.followers[key] ?? []).compactMap { state.listeners[$0] } }
    }
}
