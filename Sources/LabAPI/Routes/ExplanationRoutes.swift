import Hummingbird
import LabModel
import LabWire

/// Why a job ended as it did.
struct ExplanationRoutes {
    var services: APIServices

    var routes: [Route] { [explain] }

    /// How much of a log is read.
    private static let longestLog: Int64 = 32 << 20
    private static let page = 1 << 20
    /// Good boots whose log is looked for: those of older jobs may be gone.
    private static let candidates = 5

    private var explain: Route {
        Route(
            .get, "/api/v1/jobs/{id}/explanation",
            .init(
                name: "explainJob",
                summary: "Where the boot of a job that failed left the way of its board's last good boot.",
                answers: [.json(200, "What is known.", .named("JobExplanationInfo")), .notFound])
        ) { [services] call in
            let job = try await services.record(try call.job())
            guard job.state == .finished, job.health == .incomplete else {
                return try .json(JobExplanationInfo(JobExplanation(of: job, failed: nil, good: nil), of: job))
            }
            let failed = try await transcript(of: job.id)
            let good = failed?.hasSucceeded == true ? nil : try await goodBoot(before: job)
            return try .json(JobExplanationInfo(JobExplanation(of: job, failed: failed, good: good), of: job))
        }
    }

    private func goodBoot(
        before job: JobRecord
    ) async throws -> (reference: JobExplanation.Reference, boot: BootTranscript)? {
        for run in try await services.history().goodBoots(before: job.id, limit: Self.candidates) {
            guard let boot = try await transcript(of: run.job), boot.hasSucceeded == true, !boot.lines.isEmpty else {
                continue
            }
            let reference = JobExplanation.Reference(
                job: run.job, jobName: run.jobName, ended: run.ended, bootTime: boot.duration,
                isSameJob: run.jobName == job.name)
            return (reference, boot)
        }
        return nil
    }

    /// The last boot that a job's log tells of; nil without a log.
    private func transcript(of job: JobID) async throws -> BootTranscript? {
        var transcript = BootTranscript()
        var offset: Int64 = 0
        while offset < Self.longestLog {
            let page: JobLogPage
            do throws(Failure) {
                page = try await services.dependencies.logs.read(job, from: offset, limit: Self.page)
            } catch {
                guard error.type == .job else { throw error }
                return nil
            }
            guard page.next > offset else { break }
            for line in page.lines { transcript.add(line: line) }
            offset = page.next
        }
        return transcript
    }
}

extension BootTranscript {
    /// Adds a line of a log as it is stored.
    fileprivate mutating func add(line: String) {
        guard let entry = StoredLogLine(line) else { return }
        add(at: entry.seconds, entry.level, entry.message)
    }
}
