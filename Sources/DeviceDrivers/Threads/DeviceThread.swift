import Dispatch
import Foundation
import Synchronization

/// The thread of one physical device. Whatever talks to the device runs here, one call after the other: the actor whose
/// executor this is, and closures that must not wait for an actor, such as a cut that fires.
///
/// Devices are spoken to with calls that block (libusb, termios, sockets), which must not hold a thread of the
/// cooperative pool.
final class DeviceThread: SerialExecutor {
    private let queue = WorkQueue()
    private let identity: ThreadIdentity

    /// - Parameter name: shown by debuggers; Linux keeps its first 15 bytes.
    init(name: String) {
        let (queue, identity) = (queue, ThreadIdentity())
        self.identity = identity
        let thread = Thread {
            identity.adopt()
            queue.runUntilStopped()
        }
        thread.name = name
        thread.stackSize = 512 << 10
        thread.start()
    }

    deinit { queue.stop() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The strong reference keeps the executor alive for as long as the runtime may look at it.
        queue.add { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() {
        precondition(identity.isCurrent, "called outside the device's thread")
    }

    /// Runs `work` on the thread, after all that was added before. Neither blocks nor suspends.
    func run(_ work: @escaping @Sendable () -> Void) { queue.add(work) }

    /// Runs `work` on the thread before everything that waits. Neither blocks nor suspends.
    func runNext(_ work: @escaping @Sendable () -> Void) { queue.addFirst(work) }
}

/// Which thread is the device's.
private final class ThreadIdentity: Sendable {
    private let thread = Mutex<pthread_t?>(nil)

    func adopt() { thread.withLock { $0 = pthread_self() } }

    var isCurrent: Bool { thread.withLock { $0 == pthread_self() } }
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
        state.withLock { $0.work.append(work) }
        wake.signal()
    }

    func addFirst(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.work.insert(work, at: 0) }
        wake.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    func runUntilStopped() {
        while true {
            wake.wait()
            let (work, isStopped) = state.withLock { state in
                (state.work.isEmpty ? nil : state.work.removeFirst(), state.isStopped)
            }
            if let work {
                work()
            } else if isStopped {
                return
            }
        }
    }
}
