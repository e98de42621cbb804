import Synchronization

/// Tells followers that events were committed, by the newest one's number.
final class EventFeed: Sendable {
    private struct State {
        var newest: Int64
        var isFinished = false
        var nextFollower = 0
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]

        /// Who came first is told first.
        var inOrder: [AsyncStream<Int64>.Continuation] {
            followers.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private let state: Mutex<State>

    init(newest: Int64) {
        state = Mutex(State(newest: newest))
    }

    /// Yields after every commit that added events. A slow reader finds only the latest number.
    func subscribe() -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let follower = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = continuation
            return state.nextFollower
        }
        guard let follower else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: follower) }
        }
        return stream
    }

    func publish(_ newest: Int64) {
        let followers = state.withLock { state -> [AsyncStream<Int64>.Continuation] in
            guard newest > state.newest else { return [] }
            state.newest = newest
            return state.inOrder
        }
        for follower in followers { follower.yield(newest) }
    }

    /// Ends every stream, also those to come.
    func finish() {
        let followers = state.withLock { state in
            state.isFinished = true
            return state.inOrder
        }
        for follower in followers { follower.finish() }
    }
}
