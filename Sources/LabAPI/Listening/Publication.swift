import LabModel
import Synchronization

/// What became of putting a socket in its place, told from a server's start to its end.
final class Publication: Sendable {
    private let state = Mutex<Result<Void, Failure>?>(nil)

    /// Nil until it was tried.
    var result: Result<Void, Failure>? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
