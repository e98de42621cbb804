import Foundation
import LabWire
import Synchronization

/// People who use the lab while it is killed: one submits, one looks at results and logs, one follows the events.
final class CrashVisitors: Sendable {
    let ledger = CrashLedger()
    let follower: EventFollower
    private let bench: CrashBench
    private let socket: String
    private let generator: Mutex<SeededGenerator>
    private let isOpen = Mutex(true)

    /// Jobs that may wait or run at once: enough for every board, not so many that the end takes long.
    private static let mostOpen = 8

    init(bench: CrashBench, socket: String, seed: UInt64) {
        self.bench = bench
        self.socket = socket
        generator = Mutex(SeededGenerator(seed: seed))
        follower = EventFollower(socket: socket)
    }

    /// Submits until `close`.
    func submit() async throws {
        var number = 0
        while isOpen.withLock({ $0 }) {
            if unfinished.count < Self.mostOpen {
                number += 1
                let kind = generator.withLock { CrashBench.Kind.pick(using: &$0) }
                try await submit(bench.job(kind, name: "\(kind)-\(number)"), name: "\(kind)-\(number)")
            }
            try await Task.sleep(for: .milliseconds(80))
        }
    }

    func close() { isOpen.withLock { $0 = false } }

    /// Looks at what running jobs have found so far, until cancelled.
    func look() async throws {
        while true {
            for job in unfinished.shuffled().prefix(3) { try await look(at: job) }
            try await Task.sleep(for: .milliseconds(150))
        }
    }

    /// Acknowledged jobs of which no end was seen.
    var unfinished: [Int64] {
        let finished = Set(follower.events.lazy.filter { $0.kind == "job.finished" }.compactMap(\.job))
        return ledger.now.jobs.keys.filter { !finished.contains($0) }.sorted()
    }

    private func submit(_ text: [UInt8], name: String) async throws {
        let (socket, ledger) = (socket, ledger)
        try await onThread {
            do {
                let answer = try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: text)
                if answer.status == 201 {
                    let submitted: Submitted = try answer.decoded()
                    ledger.acknowledged(submitted.id, name: name)
                } else {
                    ledger.refused("\(answer.status) \(answer.text)")
                }
            } catch is RawHTTP.NoAnswer {
                ledger.unanswered()
            } catch is RawConnection.Broken {
                // Nobody listens: labd is being killed or started.
            }
        }
    }

    private func look(at job: Int64) async throws {
        let (socket, ledger) = (socket, ledger)
        try await onThread {
            guard let before = try? RawHTTP.get(socket, "/api/v1/jobs/\(job)", as: JobInfo.self),
                let shown = try? RawHTTP.get(socket, "/api/v1/jobs/\(job)/results", as: JobResults.self),
                let log = try? RawHTTP.ask(socket, "GET", "/api/v1/jobs/\(job)/logs"),
                let after = try? RawHTTP.get(socket, "/api/v1/jobs/\(job)", as: JobInfo.self)
            else { return }
            if before.attempt == after.attempt {
                ledger.saw(shown.results, of: CrashLedger.Run(job: job, attempt: after.attempt))
            }
            // 404 as long as the job has not run.
            if log.status == 200 { ledger.saw(try log.decoded(as: LogPage.self).entries, of: job) }
        }
    }
}
