import Foundation
import Synchronization

/// Times at which something arrived, handed to the one who waits.
final class Arrivals: Sendable {
    private struct State {
        var times: [UInt64] = []
        var waiting: CheckedContinuation<UInt64, Never>?
    }

    private let state = Mutex(State())

    func came(_ time: UInt64) {
        let waiting = state.withLock { state -> CheckedContinuation<UInt64, Never>? in
            guard let waiting = state.waiting else {
                state.times.append(time)
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: time)
    }

    /// The next time, the oldest first. One waits at a time.
    func next() async -> UInt64 {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> UInt64? in
                guard state.times.isEmpty else { return state.times.removeFirst() }
                state.waiting = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

/// A thread that blocks on a descriptor and says when bytes came, until it reads the byte 0.
final class EchoThread: Sendable {
    private let arrivals = Arrivals()
    private let isEnded = Atomic<Bool>(false)
    private let descriptor: CInt

    init(descriptor: CInt) {
        self.descriptor = descriptor
        Thread.detachNewThread { [arrivals, self] in
            var byte = [UInt8](repeating: 0, count: 4096)
            while !isEnded.load(ordering: .relaxed) {
                var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&ready, 1, 100) > 0 else { continue }
                let count = read(descriptor, &byte, byte.count)
                if count > 0 { arrivals.came(nanoseconds()) }
            }
            close(descriptor)
        }
    }

    func arrival() async -> UInt64 { await arrivals.next() }

    func end() { isEnded.store(true, ordering: .relaxed) }
}
