import LabModel
import NIOCore

/// Types on a console: one text after the other, each character in its time. Used on the event loop only.
final class PacedSender {
    private struct Job {
        let key: WaitKey
        /// What is written at once, in order: the characters, or the whole text when there is no pacing.
        var rest: ArraySlice<[UInt8]>
        let pacing: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let eventLoop: any EventLoop
    private var jobs: [Job] = []
    private var timer: Scheduled<Void>?
    private var channel: (any Channel)?

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The console is connected, or lost: then all that waits fails.
    func use(_ channel: (any Channel)?) {
        self.channel = channel
        guard channel == nil else { return }
        timer?.cancel()
        timer = nil
        let failed = jobs
        jobs = []
        for job in failed { job.continuation.resume(throwing: notConnected) }
    }

    func send(
        _ text: String, pacing: Duration, key: WaitKey, continuation: CheckedContinuation<Void, any Error>
    ) {
        guard channel != nil else { return continuation.resume(throwing: notConnected) }
        guard !key.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        // By scalars: `\r\n` is one character of a String, but two keys.
        let units = pacing > .zero ? text.unicodeScalars.map { Array(String($0).utf8) } : [Array(text.utf8)]
        jobs.append(Job(key: key, rest: units[...], pacing: pacing, continuation: continuation))
        if jobs.count == 1 { type() }
    }

    func cancel(_ key: WaitKey) {
        guard let index = jobs.firstIndex(where: { $0.key == key }) else { return }
        jobs.remove(at: index).continuation.resume(throwing: CancellationError())
        guard index == 0 else { return }
        timer?.cancel()
        timer = nil
        type()
    }

    private func type() {
        guard let channel, let job = jobs.first else { return }
        guard let unit = job.rest.first else { return finish(job.key, nil) }
        jobs[0].rest.removeFirst()
        let isLast = jobs[0].rest.isEmpty
        let written = channel.writeAndFlush(channel.allocator.buffer(bytes: unit))
        if isLast {
            written.assumeIsolated().whenComplete { result in
                if case .failure(let error) = result { self.finish(job.key, error) } else { self.finish(job.key, nil) }
            }
        } else {
            timer = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(job.pacing.nanoseconds)) {
                self.timer = nil
                self.type()
            }
        }
    }

    private func finish(_ key: WaitKey, _ error: (any Error)?) {
        guard let index = jobs.firstIndex(where: { $0.key == key }) else { return }
        let job = jobs.remove(at: index)
        if let error {
            job.continuation.resume(throwing: Failure(.infrastructure, "the console cannot be written: \(error)"))
        } else {
            job.continuation.resume()
        }
        if index == 0 { type() }
    }
}

/// Nobody is at the other end.
let notConnected = Failure(
    .infrastructure, "the console is not connected", advice: "power the board on, or check its cable")
