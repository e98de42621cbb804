import LabModel
import Synchronization

/// Tells readers how long logs have become.
final class LogGrowth: Sendable {
    private struct Reader {
        let continuation: AsyncStream<Int64>.Continuation
        var told: Int64 = 0
    }

    private struct State {
        var nextReader = 0
        var readers: [JobID: [Int: Reader]] = [:]
    }

    private let state = Mutex(State())

    func subscribe(to job: JobID) -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let reader = state.withLock { state in
            state.nextReader += 1
            state.readers[job, default: [:]][state.nextReader] = Reader(continuation: continuation)
            return state.nextReader
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.readers[job]?[reader] = nil
                if state.readers[job]?.isEmpty == true { state.readers[job] = nil }
            }
        }
        return stream
    }

    /// Tells those who know only of a shorter log.
    func publish(_ length: Int64, of job: JobID) {
        // Under the lock, so that an older length cannot overtake a newer one.
        state.withLock { state in
            for (number, reader) in state.readers[job] ?? [:] where reader.told < length {
                state.readers[job]?[number]?.told = length
                reader.continuation.yield(length)
            }
        }
    }
}
