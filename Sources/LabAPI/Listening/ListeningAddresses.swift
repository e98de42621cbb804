import Synchronization

/// The addresses that are open now.
final class ListeningAddresses: Sendable {
    private let addresses = Mutex<[ListeningAddress]>([])

    func add(_ address: ListeningAddress) {
        addresses.withLock { $0.append(address) }
    }

    var all: [ListeningAddress] { addresses.withLock { $0 } }
}
