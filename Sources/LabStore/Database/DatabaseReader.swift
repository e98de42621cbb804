import GRDB
import LabModel
import Synchronization

/// Reads beside the writer, on threads of its own: a long query holds up at most its own thread.
final class DatabaseReaders: Sendable {
    private let lanes: [ReaderLane]
    /// For what takes long: nobody in a hurry waits behind it.
    private let slowLane: ReaderLane
    private let turn = Mutex(0)

    init(pool: DatabasePool, lanes count: Int = 2) {
        lanes = (1...count).map { ReaderLane(pool: pool, name: "labd-read-\($0)") }
        slowLane = ReaderLane(pool: pool, name: "labd-look-back")
    }

    /// Has a thread of its own.
    func readAtLength<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value {
        try await slowLane.read(body)
    }

    /// Runs `body` on one consistent state of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value {
        let lane = turn.withLock { turn in
            turn = (turn + 1) % lanes.count
            return lanes[turn]
        }
        return try await lane.read(body)
    }
}

private actor ReaderLane {
    private nonisolated let thread: BlockingThread
    private let pool: DatabasePool

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(pool: DatabasePool, name: String) {
        self.pool = pool
        thread = BlockingThread(name: name)
    }

    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws(Failure) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw databaseFailure(error)
        }
    }
}
