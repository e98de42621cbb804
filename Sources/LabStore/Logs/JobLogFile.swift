import LabModel
import Synchronization

/// The log of one job, written by the logs' own thread.
final class JobLogFile: JobLog {
    /// What only the writing thread uses, behind a lock that is never contended.
    private struct Output: ~Copyable {
        var file: LogFile
        var isFull = false
        var lost = 0
    }

    let job: JobID
    private let limits: JobLogLimits
    private let thread: BlockingThread
    private let growth: LogGrowth
    private let buffer: Mutex<LogBuffer>
    private let mask: Mutex<SecretMask>
    private let output: Mutex<Output>

    init(
        job: JobID, path: String, secrets: [String], limits: JobLogLimits, thread: BlockingThread, growth: LogGrowth
    ) throws(Failure) {
        self.job = job
        self.limits = limits
        self.thread = thread
        self.growth = growth
        buffer = Mutex(LogBuffer(limit: limits.bufferedBytes))
        mask = Mutex(SecretMask(secrets))
        output = Mutex(Output(file: try LogFile(path: path)))
    }

    /// Masks these texts too from now on.
    func hide(_ secrets: [String]) {
        mask.withLock { $0 = SecretMask($0.values + secrets) }
    }

    func append(_ entries: [LogEntry]) {
        let hasWork = buffer.withLock { $0.append(entries) }
        // Entries that come while the thread writes wait for its next turn, and are then written together.
        if hasWork { thread.run { self.drain() } }
    }

    func flush() async {
        await withCheckedContinuation { continuation in
            thread.run {
                self.drain()
                self.output.withLock { $0.file.synchronize() }
                continuation.resume()
            }
        }
    }

    private func drain() {
        let entries = buffer.withLock { $0.take() }
        guard !entries.isEmpty else { return }
        let mask = mask.withLock { $0 }
        let length = output.withLock { output in
            write(entries, with: mask, to: &output)
            return output.file.length
        }
        growth.publish(length, of: job)
    }

    private func write(_ entries: [LogEntry], with mask: SecretMask, to output: inout Output) {
        var lines: [UInt8] = []
        if output.lost > 0 {
            let text = "the disk did not take the log: \(output.lost) entries are missing here"
            lines += LogLine.bytes(LogEntry(at: entries[0].at, level: .warning, message: .string(text)))
        }
        for entry in entries {
            let line = LogLine.bytes(shortened(entry, with: mask))
            let length = output.file.length + Int64(lines.count + line.count)
            if length <= limits.jobBytes {
                lines += line
            } else {
                if !output.isFull {
                    output.isFull = true
                    lines += LogLine.bytes(fullNotice(at: entry.at))
                }
                // What the lab itself says ends the story, so it gets a little more room.
                let isShort = entry.level != .debug && !entry.level.isConsole
                if isShort && length <= limits.jobBytes + limits.jobBytes / 16 { lines += line }
            }
        }
        output.lost = output.file.append(lines) ? 0 : output.lost + entries.count
    }

    private func shortened(_ entry: LogEntry, with mask: SecretMask) -> LogEntry {
        var entry = entry
        if entry.message.approximateSize >= limits.messageBytes {
            entry.message = .string("a message of \(entry.message.approximateSize) bytes was left out here")
        } else {
            entry.message = mask.apply(to: entry.message)
        }
        return entry
    }

    private func fullNotice(at time: WallTime) -> LogEntry {
        let text = "the log has reached \(limits.jobBytes) bytes: console output is not kept from here on"
        return LogEntry(at: time, level: .warning, message: .string(text))
    }
}
