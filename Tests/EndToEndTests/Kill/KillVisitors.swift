import Foundation
import LabWire
import Synchronization

/// People who use the lab while it is killed: one submits all the jobs, one looks at results, one follows the events.
final class KillVisitors: Sendable {
    let ledger = CrashLedger()
    let follower: EventFollower
    private let lab: KillLab
    private let socket: String
    private let pause: Duration
    private let waiting: Mutex<[KillLab.Kind]>

    init(lab: KillLab, socket: String, plan: KillPlan, using generator: inout SeededGenerator) {
        self.lab = lab
        self.socket = socket
        pause = plan.pause
        let jobs =
            (0..<plan.simJobs).map { $0 % 2 == 0 ? KillLab.Kind.sim : .host }
            + [KillLab.Kind](repeating: .virt, count: plan.emulatedJobs)
        waiting = Mutex(jobs.shuffled(using: &generator))
        follower = EventFollower(socket: socket)
    }

    var isDone: Bool { waiting.withLock { $0.isEmpty } }

    /// Submits until every job was acknowledged. One that was not is submitted again, under another name.
    func submit() async throws {
        var number = 0
        while let kind = waiting.withLock({ $0.last }) {
            number += 1
            let name = "\(kind)-\(number)"
            if try await submit(lab.job(kind, name: name), name: name) { waiting.withLock { _ = $0.removeLast() } }
            try await Task.sleep(for: pause)
        }
    }

    private func submit(_ text: [UInt8], name: String) async throws -> Bool {
        let (socket, ledger) = (socket, ledger)
        return try await onThread {
            do {
                let answer = try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: text)
                guard answer.status == 201 else {
                    ledger.refused("\(answer.status) \(answer.text)")
                    return false
                }
                ledger.acknowledged(try answer.decoded(as: Submitted.self).id, name: name)
                return true
            } catch is RawHTTP.NoAnswer {
                ledger.unanswered()
            } catch is RawConnection.Broken {
                // Nobody listens: labd is being killed or started.
            }
            return false
        }
    }

    /// Looks at what running jobs have found so far, until cancelled.
    func look() async throws {
        while true {
            let socket = socket
            try await onThread { [ledger] in
                guard let running = try? RawHTTP.get(socket, "/api/v1/jobs?state=running", as: JobList.self) else {
                    return
                }
                for job in running.jobs.prefix(4) {
                    guard let shown = try? RawHTTP.get(socket, "/api/v1/jobs/\(job.id)/results", as: JobResults.self),
                        let after = try? RawHTTP.get(socket, "/api/v1/jobs/\(job.id)", as: JobInfo.self),
                        after.attempt == job.attempt
                    else { continue }
                    ledger.saw(shown.results, of: CrashLedger.Run(job: job.id, attempt: job.attempt))
                }
            }
            try await Task.sleep(for: .milliseconds(150))
        }
    }
}
