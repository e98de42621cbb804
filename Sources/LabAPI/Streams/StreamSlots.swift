import Hummingbird
import LabWire
import Synchronization

/// Bounds how many event streams are open at once.
final class StreamSlots: Sendable {
    let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// A place among the open streams, given back when it is dropped, however the stream ended.
    final class Slot: Sendable {
        private let slots: StreamSlots

        fileprivate init(_ slots: StreamSlots) {
            self.slots = slots
        }

        deinit {
            slots.taken.withLock { $0 -= 1 }
        }
    }

    /// - Throws: 429 when all places are taken.
    func take() throws(APIError) -> Slot {
        let isFree = taken.withLock { count in
            if count >= limit { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw APIError(
                .tooManyRequests, .tooManyStreams, "\(limit) streams are open, which is all that labd serves at once",
                advice: "close some, or read pages instead", headers: [.retryAfter: "15"])
        }
        return Slot(self)
    }

    /// How many are open now.
    var count: Int { taken.withLock { $0 } }
}
