import LabWire
import Synchronization

/// What labd has acknowledged, as people outside of it remember it.
final class CrashLedger: Sendable {
    /// What was seen of one run of a job.
    struct Run: Hashable, Sendable {
        var job: Int64
        var attempt: Int
    }

    struct Content: Sendable {
        /// Names of the jobs whose submission was answered with a number.
        var jobs: [Int64: String] = [:]
        /// Submissions that were sent and had no answer: they may be there or not.
        var unanswered = 0
        /// The results that were shown, the longest list for each run.
        var results: [Run: [ResultInfo]] = [:]
        /// The log entries that were shown of a job.
        var logs: [Int64: [LogLine]] = [:]
        /// Submissions that were refused, which none should be.
        var refusals: [String] = []
    }

    private let content = Mutex(Content())

    var now: Content { content.withLock { $0 } }

    func acknowledged(_ job: Int64, name: String) { content.withLock { $0.jobs[job] = name } }
    func unanswered() { content.withLock { $0.unanswered += 1 } }
    func refused(_ text: String) { content.withLock { $0.refusals.append(text) } }

    func saw(_ results: [ResultInfo], of run: Run) {
        content.withLock { content in
            if results.count > content.results[run, default: []].count { content.results[run] = results }
        }
    }

    func saw(_ log: [LogLine], of job: Int64) {
        content.withLock { content in
            if log.count > content.logs[job, default: []].count { content.logs[job] = log }
        }
    }
}
