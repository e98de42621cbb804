import LabModel

/// What it means for the others that the lab failed one job of a group, and that it goes back into the queue.
enum GroupRetry {
    /// Whether the group could run again as a whole: all its jobs are under way.
    static func isPossible(for record: JobRecord, among members: [JobRecord]) -> Bool {
        guard let group = record.group, group.isEssential else { return false }
        return members.count == group.size
            && members.allSatisfy { (JobState.scheduled ... .running).contains($0.state) || $0.state == .submitted }
    }

    /// The end of the run of another job.
    static func failure(_ record: JobRecord) -> Failure {
        let number = record.group.map { "\($0.number) (\($0.role))" } ?? "\(record.id)"
        return Failure(
            .infrastructure, "\(BlamelessEnd.groupFailed) \(number) of its group",
            advice: "a group runs again as a whole or not at all")
    }
}

extension Scheduler {
    /// Calls the others of a group back into the queue, where `job` is again.
    func recallGroup(of job: JobID) async throws(Failure) {
        guard let record = try await store.job(job), let group = record.group else { return }
        for other in try await store.jobs(JobQuery(group: group.group, limit: 1000))
        where other.id != job && (JobState.scheduled ... .running).contains(other.state) {
            runs[other.id]?.recall = GroupRetry.failure(record)
            runs[other.id]?.cancel.yield()
        }
    }
}
