import NIOCore
import Synchronization

/// Bounds the connections that are open at once.
final class ConnectionLimit: Sendable {
    private let maximum: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(_ maximum: Int) {
        self.maximum = maximum
    }

    /// Counts a new connection until it closes; false when there is no room for it.
    func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let fits = open.withLock { open in
            guard open.count < maximum else { return false }
            open[id] = channel
            return true
        }
        if fits {
            channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
        }
        return fits
    }

    func closeAll() {
        for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
