import Synchronization

/// Counts the lines that a follower was told.
final class LineCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ lines: Int) { count.wrappingAdd(lines, ordering: .relaxed) }
}
