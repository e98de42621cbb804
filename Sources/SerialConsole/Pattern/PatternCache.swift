import LabModel
import Synchronization

/// Compiled lists of patterns, the last used ones kept: a phase of a job searches the same list again and again.
final class PatternCache: Sendable {
    private let capacity: Int
    private let entries = Mutex<[PatternDatabase]>([])

    init(capacity: Int = 32) {
        self.capacity = capacity
    }

    /// The compiled form of `patterns`.
    ///
    /// - Throws: `Failure` of type `job`, as `PatternDatabase.init`.
    func database(_ patterns: [ConsolePattern]) throws(Failure) -> PatternDatabase {
        let known = entries.withLock { entries -> PatternDatabase? in
            guard let index = entries.lastIndex(where: { $0.patterns == patterns }) else { return nil }
            let found = entries.remove(at: index)
            entries.append(found)
            return found
        }
        if let known { return known }
        // Compiled outside the lock: two that compile the same list at once only waste a millisecond.
        let made = try PatternDatabase(patterns)
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeFirst() }
            entries.append(made)
        }
        return made
    }
}
