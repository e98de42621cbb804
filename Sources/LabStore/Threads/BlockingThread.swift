import Dispatch
import Foundation
import Synchronization

/// A thread of its own for calls that block (SQLite, fsync, file reads), so that they never hold a thread of the
/// cooperative pool. An actor may use it as its executor; plain closures join the same queue, in order.
///
/// The thread ends, after its last work, when the owner lets go of this object.
final class BlockingThread: SerialExecutor {
    private let queue: WorkQueue

    /// - Parameter name: shown by debuggers; Linux keeps its first 15 bytes.
    init(name: String) {
        let queue = WorkQueue()
        self.queue = queue
        let thread = Thread { queue.runUntilStopped() }
        thread.name = name
        thread.start()
    }

    deinit {
        queue.stop()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The strong reference keeps the executor alive for as long as the runtime may look at it.
        queue.add { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Runs `work` on the thread, after all that was added before.
    func run(_ work: @escaping @Sendable () -> Void) {
        queue.add(work)
    }
}

/// What a thread still has to do, oldest first.
private final class WorkQueue: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    func add(_ work: @escaping @Sendable () -> Void) {
        let wasIdle = state.withLock { state in
            state.work.append(work)
            return state.work.count == 1
        }
        if wasIdle { wake.signal() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    func runUntilStopped() {
        while true {
            let (batch, isStopped) = state.withLock { state in
                defer { state.work.removeAll() }
                return (state.work, state.isStopped)
            }
            for work in batch { work() }
            if batch.isEmpty {
                if isStopped { return }
                wake.wait()
            }
        }
    }
}
