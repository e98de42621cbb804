import LabAPI
import ServiceLifecycle
import Synchronization

/// Waits until the API has opened all of its addresses.
final class Opening: Sendable {
    private let wanted: Int
    private let addresses = Mutex<[ListeningAddress]>([])
    private let (done, completion) = AsyncStream<Void>.makeStream()

    init(wanted: Int) {
        self.wanted = wanted
    }

    /// - Returns: all addresses once the last of them is open, nil before.
    func add(_ address: ListeningAddress) -> [ListeningAddress]? {
        let all = addresses.withLock { addresses in
            addresses.append(address)
            return addresses
        }
        guard all.count == wanted else { return nil }
        completion.finish()
        return all
    }

    /// Returns when all addresses are open, or the daemon is told to stop before that.
    func wait() async throws {
        for await _ in done.cancelOnGracefulShutdown() {}
    }
}
