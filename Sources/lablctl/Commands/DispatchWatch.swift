import Dispatch

/// A dispatch source that another thread may end.
///
/// Unchecked, because Dispatch does not declare its sources Sendable although every call on them may come from any
/// thread; the one thing done here is `cancel`.
struct DispatchWatch: @unchecked Sendable {
    private let source: any DispatchSourceProtocol

    /// Begins to call `handler` for what `source` watches.
    init(_ source: any DispatchSourceProtocol, handler: @escaping @Sendable () -> Void) {
        self.source = source
        source.setEventHandler(handler: DispatchWorkItem(block: handler))
        source.activate()
    }

    func end() {
        source.cancel()
    }
}
