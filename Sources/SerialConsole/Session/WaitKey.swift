import Synchronization

/// Names one waiting call, so that a cancelled task can end it: also when the cancellation reaches the event loop
/// before the call does.
final class WaitKey: Sendable, Hashable {
    private let cancelled = Atomic<Bool>(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }

    static func == (left: WaitKey, right: WaitKey) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
