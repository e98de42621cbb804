import LabModel

/// What the end of one job of a group means for the others: LAVA's rule of essential roles.
///
/// Jobs that still wait for boards are none of its business: the store ends them with the first of their group.
enum GroupEnd {
    /// The jobs that are cancelled because `record` ended, or is being cancelled.
    static func cancelled(with record: JobRecord, among members: [JobRecord]) -> [JobID] {
        guard let group = record.group, group.isEssential, record.endsBadly else { return [] }
        return members.filter { member in
            member.id != record.id && member.group?.group == group.group
                && (JobState.scheduling ... .running).contains(member.state)
        }.map(\.id)
    }

    /// Why, in words.
    static func reason(_ record: JobRecord) -> String {
        let number = record.group.map { "\($0.number) (\($0.role))" } ?? "\(record.id)"
        let words = record.health == .incomplete ? "ended incomplete" : "was canceled"
        let cause = record.failure.map { ": \($0.message)" } ?? ""
        return String("the essential job \(number) of its group \(words)\(cause)".prefix(500))
    }
}

extension JobRecord {
    /// Whether it ended other than complete, or will.
    fileprivate var endsBadly: Bool {
        state == .canceling || (state == .finished && health != .complete)
    }
}

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
            .infrastructure, "the lab failed the essential job \(number) of its group",
            advice: "a group runs again as a whole or not at all")
    }
}

extension Scheduler {
    /// Calls the others of a group back into the queue, where `job` is again.
    func recallGroup(of job: JobID) async throws(Failure) {
        guard let record = try await store.job(job), let group = record.group else { return }
        for other in try await store.jobs(JobQuery(group: group.group, limit: 1000))
        where other.id != job && (JobState.scheduled ... .running).contains(other.state) {
            recalled[other.id] = GroupRetry.failure(record)
            cancellations[other.id]?.yield()
        }
    }

    /// Cancels those that cannot go on without `job`.
    func endGroup(with job: JobID) async throws(Failure) {
        guard let record = try await store.job(job), let group = record.group else { return }
        let members = try await store.jobs(JobQuery(group: group.group, limit: 1000))
        for other in GroupEnd.cancelled(with: record, among: members) {
            let state = try await store.cancel(other, by: "labd", reason: GroupEnd.reason(record))
            if state == .canceling { cancellations[other]?.yield() }
        }
    }
}
