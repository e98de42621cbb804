import LabModel
import Synchronization

/// What happened to boards and the store could not take, on a full disk for example. It outlives leases: until it is
/// stored, the lab says of a board what is not so, and gives it to nobody.
final class Arrears: Sendable {
    enum Entry: Hashable, Sendable {
        /// The board was switched, and the intent could not be stored.
        case switched(PowerIntent)
        /// What became of an intent could not be stored.
        case ended(intent: Int64, note: String?)
        /// The board is not to be trusted any more.
        case bad(reason: String)
    }

    private let entries = Mutex<[BoardName: [Entry]]>([:])

    /// The boards of which something is not stored.
    var boards: [BoardName] { entries.withLock { $0.keys.sorted() } }

    func owes(_ board: BoardName) -> Bool { entries.withLock { $0[board] != nil } }

    func add(_ entry: Entry, of board: BoardName) {
        entries.withLock { entries in
            guard entries[board]?.contains(entry) != true else { return }
            entries[board, default: []].append(entry)
        }
    }

    /// A later switch was stored: what it was before does not matter any more.
    func forgetSwitches(of board: BoardName) {
        entries.withLock { entries in
            entries[board]?.removeAll { if case .switched = $0 { true } else { false } }
            if entries[board]?.isEmpty == true { entries[board] = nil }
        }
    }

    /// Stores what is owed of a board that nobody else switches meanwhile.
    ///
    /// - Parameter power: the board's switch, which is asked for the state now.
    /// - Throws: what the store throws; the rest is owed on.
    func pay(_ board: BoardName, power: (any PowerControl)?, to store: any Store) async throws(Failure) {
        while let entry = entries.withLock({ $0[board]?.first }) {
            switch entry {
            case .switched(let intent):
                try await store.settle([intent], state: await power?.observed() ?? .unknown)
            case .ended(let intent, let note):
                try await store.end(intent, state: await power?.observed() ?? .unknown, note: note)
            case .bad(let reason):
                try await store.setHealth(.bad, of: board, reason: reason)
            }
            entries.withLock { entries in
                entries[board]?.removeAll { $0 == entry }
                if entries[board]?.isEmpty == true { entries[board] = nil }
            }
        }
    }
}
