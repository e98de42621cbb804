import Foundation
import Glibc
public import LabModel
import Synchronization

/// The logs of all jobs, one file each: `<folder>/<job>.jsonl`, one JSON object a line with LAVA's keys `dt`, `lvl`,
/// `msg` and, where there is one, `ns`.
///
/// Writing happens on one thread for all of them, as soon as something is appended; what comes meanwhile is written
/// together. A line that a crash tore is cut when its job's log is opened again.
public final class JobLogFiles: JobLogStore {
    private struct Opened {
        weak var log: JobLogFile?
    }

    private let folder: String
    private let limits: JobLogLimits
    private let thread = BlockingThread(name: "labd-logs")
    private let reader = LogReader()
    private let growth = LogGrowth()
    private let opened = Mutex<[JobID: Opened]>([:])

    /// - Parameter folder: made when it is not there.
    /// - Throws: `configuration` when the folder cannot be made.
    public init(folder: String, limits: JobLogLimits = JobLogLimits()) throws(Failure) {
        self.folder = folder
        self.limits = limits
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .configuration, "the folder for logs cannot be made: \(error.localizedDescription)", at: folder,
                advice: "make the state folder writable for this user, or choose another one")
        }
    }

    /// A log that is open already is shared, and hides the secrets of every opening.
    public func open(_ job: JobID, secrets: [String]) throws(Failure) -> any JobLog {
        let result = opened.withLock { opened -> Result<JobLogFile, Failure> in
            if let log = opened[job]?.log {
                log.hide(secrets)
                return .success(log)
            }
            opened = opened.filter { $0.value.log != nil }
            do throws(Failure) {
                let log = try JobLogFile(
                    job: job, path: path(of: job), secrets: secrets, limits: limits, thread: thread, growth: growth)
                opened[job] = Opened(log: log)
                return .success(log)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    public func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage {
        try await reader.page(of: job, at: path(of: job), from: offset, limit: limit)
    }

    /// The first value is the present length, where there is a log.
    public func growth(of job: JobID) async -> AsyncStream<Int64> {
        let stream = growth.subscribe(to: job)
        var status = stat()
        if stat(path(of: job), &status) == 0 { growth.publish(Int64(status.st_size), of: job) }
        return stream
    }

    private func path(of job: JobID) -> String {
        "\(folder)/\(job).jsonl"
    }
}
