import LabModel
import Synchronization

/// The logs of jobs in memory.
final class FakeLogs: JobLogStore {
    private struct Contents {
        var texts: [JobID: String] = [:]
        var followers: [(job: JobID, continuation: AsyncStream<Int64>.Continuation)] = []
    }

    private let contents = Mutex(Contents())

    /// Appends one stored line.
    func append(_ line: String, to job: JobID) {
        contents.withLock { contents in
            contents.texts[job, default: ""] += line + "\n"
            let length = Int64(contents.texts[job]?.utf8.count ?? 0)
            for follower in contents.followers where follower.job == job { follower.continuation.yield(length) }
        }
    }

    func open(_ job: JobID, secrets: [String]) throws(Failure) -> any JobLog {
        throw Failure(.bug, "the API does not write logs")
    }

    func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage {
        guard let text = contents.withLock({ $0.texts[job] }) else { throw Failure(.job, "no log") }
        let bytes = Array(text.utf8.dropFirst(Int(offset)).prefix(limit))
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return JobLogPage(lines: [], next: offset) }
        let lines = String(decoding: bytes[..<end], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return JobLogPage(lines: lines, next: offset + Int64(end) + 1)
    }

    func growth(of job: JobID) async -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream<Int64>.makeStream(bufferingPolicy: .bufferingNewest(1))
        contents.withLock { $0.followers.append((job, continuation)) }
        return stream
    }
}
