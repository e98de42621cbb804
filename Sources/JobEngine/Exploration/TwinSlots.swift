import LabModel
import Synchronization

/// Bounds how many twins run for people at once, and numbers them.
final class TwinSlots: Sendable {
    /// The twins of jobs count from 1; no job has as many.
    private static let first = 101

    let limit: Int
    private let taken = Mutex<Set<Int>>([])

    init(limit: Int) {
        self.limit = limit
    }

    /// A place, given back when it is dropped.
    final class Slot: Sendable {
        /// Tells the twin apart from all others that run.
        let number: Int
        private let slots: TwinSlots

        fileprivate init(_ number: Int, of slots: TwinSlots) {
            self.number = number
            self.slots = slots
        }

        deinit {
            slots.taken.withLock { _ = $0.remove(number) }
        }
    }

    /// - Returns: as many as are wanted, or as are left, one at least.
    /// - Throws: `busy` when none is left.
    func take(_ wanted: Int = 1) throws(CrashStateError) -> [Slot] {
        let numbers = taken.withLock { taken in
            let free = (Self.first..<Self.first + limit).filter { !taken.contains($0) }.prefix(max(1, wanted))
            taken.formUnion(free)
            return Array(free)
        }
        guard !numbers.isEmpty else {
            throw CrashStateError(
                .busy,
                Failure(
                    .infrastructure, "\(limit) twins run for people already, which is all that this lab lends",
                    advice: "end one, or wait until it ends"))
        }
        return numbers.map { Slot($0, of: self) }
    }
}
